import type { FailureKind } from "../../outcome.ts";
import type { KeptAnswer } from "../../kept_answer.ts";
import { Chunks } from "./chunks.ts";
import { colonOf } from "./fields.ts";
import { lineText, ResponseHead } from "./head.ts";
import { LAST, LineReader, type LineSink, NEXT } from "./lines.ts";
import { BROKEN, MORE } from "./verdict.ts";

/** What a parser accepts. */
export interface ParserOptions {
  /** Asked at the head of an answer of which nothing is kept: where its body goes. */
  readonly bodyFor?: (status: number) => KeptAnswer | null;
  readonly maxBodyBytes: number;
  /** Bytes of a head, interim heads included; and of trailers. */
  readonly maxHeadBytes: number;
}

type MessagePart = "head" | "length" | "close" | "chunks" | "trailers";

/**
 * Reads answers of one connection, one after the other, out of bytes that
 * arrive in pieces of any size, and keeps nothing but what the outcome needs.
 *
 *   head ─┬─▶ (no body) ───────────────▶ done
 *         ├─▶ length ──────────────────▶ done
 *         ├─▶ chunks ─▶ trailers ──────▶ done
 *         └─▶ close ─(connection ends)─▶ done
 *
 * Follows RFC 9112. It never throws, whatever the bytes are, and the result
 * does not depend on how they were cut.
 */
export class ResponseParser {
  /** What is wrong, after `feed` returned BROKEN. */
  failure: FailureKind = "protocol";
  /** The same in words. */
  reason = "";
  readonly #head = new ResponseHead();
  readonly #maxBodyBytes: number;
  readonly #maxHeadBytes: number;
  readonly #bodyFor: ParserOptions["bodyFor"];
  readonly #trailers = new Trailers();
  readonly #lines = new LineReader();
  readonly #chunks = new Chunks();
  #part: MessagePart = "head";
  #left = 0;
  #sawBytes = false;
  #kept: KeptAnswer | null = null;

  constructor(options: ParserOptions) {
    this.#maxBodyBytes = options.maxBodyBytes;
    this.#maxHeadBytes = options.maxHeadBytes;
    this.#bodyFor = options.bodyFor;
  }

  /** The status of the answer, once its head was read. */
  get status(): number {
    return this.#head.status;
  }

  /** Whether the peer lets the connection be used again. */
  get keepAlive(): boolean {
    return this.#head.keepAlive;
  }

  /** Seconds for which the peer keeps the connection unused; -1 = it does not say. */
  get keepAliveSec(): number {
    return this.#head.keepAliveSec;
  }

  /** The answer's `retry-after`, if its code is one that may ask to back off; else empty. */
  get retryAfter(): string {
    return this.#head.retryAfter;
  }

  /** Whether any byte of the answer has arrived. */
  get sawBytes(): boolean {
    return this.#sawBytes;
  }

  /**
   * Starts the next answer.
   *
   * @param bodiless whether it is to HEAD, so that it has no body
   * @param kept where its header fields and body go; null = nowhere
   */
  begin(bodiless: boolean, kept: KeptAnswer | null = null): void {
    this.#part = "head";
    this.#sawBytes = false;
    this.failure = "protocol";
    this.reason = "";
    this.#kept = kept;
    this.#head.begin(bodiless, kept);
    this.#lines.begin(this.#maxHeadBytes);
  }

  /**
   * Reads the first `length` bytes, at least one.
   *
   * @returns where the answer ends in `bytes`, MORE or BROKEN
   */
  feed(bytes: Uint8Array, length: number): number {
    this.#sawBytes = true;
    let at = 0;
    if (this.#part === "head") {
      at = this.#feedHead(bytes, length);
      if (at < 0 || this.#head.framing === "none") return at;
    }
    return this.#feedBody(bytes, at, length);
  }

  /**
   * The connection has ended. @returns null when that completes the answer
   */
  finish(): FailureKind | null {
    if (this.#part === "head") return "closed";
    return this.#part === "close" ? null : "truncated";
  }

  #feedHead(bytes: Uint8Array, length: number): number {
    const at = this.#lines.feed(bytes, 0, length, this.#head);
    if (at === BROKEN) return this.#brokenLine("a response head");
    if (at === MORE && !this.#head.isPlausible(this.#lines.unfinished)) {
      return this.#noAnswer(this.#lines.unfinished);
    }
    if (at < 0) return at;
    return this.#startBody() ? at : BROKEN;
  }

  /** Finds out why lines were refused: by their reader, or by their sink. */
  #brokenLine(what: string): typeof BROKEN {
    const { fault, faultLine } = this.#lines;
    // Independent of how the bytes were cut: "not HTTP" is reported before "too
    // large".
    const isHead = this.#part === "head";
    if (isHead && fault !== "none" && !this.#head.isPlausible(faultLine)) {
      return this.#noAnswer(faultLine);
    }
    if (fault === "too_large") {
      const limit = `${this.#maxHeadBytes} (limits.max_head_bytes)`;
      return this.#tooLarge(`${what} has more bytes than ${limit}`);
    }
    this.reason = fault === "control"
      ? `${what} has a control character in ${wholeText(faultLine)}`
      : isHead
      ? this.#head.fault
      : this.#trailers.fault;
    return BROKEN;
  }

  #noAnswer(line: Uint8Array): typeof BROKEN {
    this.reason = `not an HTTP/1.1 response: ${
      otherProtocol(line) ?? wholeText(line)
    }`;
    return BROKEN;
  }

  #startBody(): boolean {
    const { framing, length, status } = this.#head;
    if (framing === "none") return true;
    this.#kept ??= this.#bodyFor?.(status) ?? null;
    this.#part = framing === "chunked" ? "chunks" : framing;
    if (framing === "chunked") this.#chunks.begin(this.#kept);
    this.#left = framing === "length" ? length : this.#maxBodyBytes;
    return this.#isWithin(this.#left);
  }

  #feedBody(bytes: Uint8Array, at: number, length: number): number {
    switch (this.#part) {
      case "length":
        return this.#feedLength(bytes, at, length);
      case "close":
        this.#kept?.addBody(bytes, at, length);
        this.#left -= length - at;
        return this.#left >= 0 ? MORE : this.#tooLargeBody();
      case "chunks":
        return this.#feedChunks(bytes, at, length);
      default:
        return this.#feedTrailers(bytes, at, length);
    }
  }

  #feedLength(bytes: Uint8Array, at: number, length: number): number {
    const available = length - at;
    this.#kept?.addBody(bytes, at, at + Math.min(available, this.#left));
    if (available >= this.#left) return at + this.#left;
    this.#left -= available;
    return MORE;
  }

  #feedChunks(bytes: Uint8Array, at: number, length: number): number {
    const end = this.#chunks.feed(bytes, at, length);
    if (!this.#isWithin(this.#chunks.dataBytes)) return BROKEN;
    if (end === BROKEN) this.reason = this.#chunks.fault;
    if (end < 0) return end;
    this.#part = "trailers";
    this.#lines.begin(this.#maxHeadBytes);
    return this.#feedTrailers(bytes, end, length);
  }

  #feedTrailers(bytes: Uint8Array, at: number, length: number): number {
    const end = this.#lines.feed(bytes, at, length, this.#trailers);
    return end === BROKEN ? this.#brokenLine("a trailer section") : end;
  }

  #isWithin(bodyBytes: number): boolean {
    if (bodyBytes <= this.#maxBodyBytes) return true;
    this.#tooLargeBody();
    return false;
  }

  #tooLargeBody(): typeof BROKEN {
    const limit = `${this.#maxBodyBytes} (limits.max_body_bytes)`;
    return this.#tooLarge(`a response body has more bytes than ${limit}`);
  }

  #tooLarge(reason: string): typeof BROKEN {
    this.failure = "too_large";
    this.reason = reason;
    return BROKEN;
  }
}

/** Trailers must be well-formed; kar ignores their content. */
class Trailers implements LineSink {
  fault = "";

  line(bytes: Uint8Array, from: number, to: number): number {
    if (from === to) return LAST;
    if (colonOf(bytes, from, to) >= 0) return NEXT;
    this.fault = `not a trailer field: ${lineText(bytes, from, to)}`;
    return BROKEN;
  }
}

/** The protocol that a peer speaks instead, by its first bytes; null = unknown. */
function otherProtocol(start: Uint8Array): string | null {
  const [a = 0, b = -1, , d = -1] = start;
  // A record of TLS: an alert or a handshake, of version 3.x (RFC 8446, 5.1).
  if ((a === 0x15 || a === 0x16) && b === 3) {
    return "the peer speaks TLS; is it https:// instead?";
  }
  // A server's first frame is SETTINGS (RFC 9113, 3.4).
  return a === 0 && b === 0 && d === 4
    ? "the peer speaks HTTP/2; is it protocol http2 or grpc instead?"
    : null;
}

function wholeText(line: Uint8Array): string {
  return lineText(line, 0, line.length);
}
