import type { FailureKind } from "../../outcome.ts";
import { Chunks } from "./chunks.ts";
import { colonOf } from "./fields.ts";
import { Head } from "./head.ts";
import { LAST, LineReader, type LineSink, NEXT } from "./lines.ts";
import { BROKEN, MORE } from "./verdict.ts";

/** Bytes of a head, interim heads included; and of trailers. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** How a parser's target asks and what it accepts. */
export interface ParserOptions {
  /** Whether the requests are HEAD, so that no answer has a body. */
  readonly bodiless: boolean;
  readonly maxBodyBytes: number;
}

type Part = "head" | "length" | "close" | "chunks" | "trailers";

/**
 * Reads answers of one connection, one after the other, out of bytes that
 * arrive in pieces of any size, and keeps nothing but what the outcome needs.
 *
 *   head ─┬─▶ (no body) ───────────────▶ done
 *         ├─▶ length ──────────────────▶ done
 *         ├─▶ chunks ─▶ trailers ──────▶ done
 *         └─▶ close ─(connection ends)─▶ done
 *
 * Follows RFC 9112. Whatever the bytes are, it never throws, and what it says
 * does not depend on how they were cut.
 */
export class ResponseParser {
  /** What is wrong, after `feed` said BROKEN. */
  failure: FailureKind = "protocol";
  readonly #head: Head;
  readonly #maxBodyBytes: number;
  readonly #lines = new LineReader();
  readonly #chunks = new Chunks();
  #part: Part = "head";
  #left = 0;
  #sawBytes = false;

  constructor(options: ParserOptions) {
    this.#head = new Head(options.bodiless);
    this.#maxBodyBytes = options.maxBodyBytes;
  }

  /** The status of the answer, once its head was read. */
  get status(): number {
    return this.#head.status;
  }

  /** Whether the peer lets the connection be used again. */
  get keepAlive(): boolean {
    return this.#head.keepAlive;
  }

  /** The answer's `retry-after`, if its code is one that may ask for silence; else empty. */
  get retryAfter(): string {
    return this.#head.retryAfter;
  }

  /** Whether any byte of the answer has arrived. */
  get sawBytes(): boolean {
    return this.#sawBytes;
  }

  /** Starts the next answer. */
  begin(): void {
    this.#part = "head";
    this.#sawBytes = false;
    this.failure = "protocol";
    this.#head.begin();
    this.#lines.begin(MAX_HEAD_BYTES);
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

  /** The connection has ended: null when that completes the answer. */
  finish(): FailureKind | null {
    if (this.#part === "head") return "closed";
    return this.#part === "close" ? null : "truncated";
  }

  #feedHead(bytes: Uint8Array, length: number): number {
    const at = this.#lines.feed(bytes, 0, length, this.#head);
    if (at === MORE && !this.#head.isPlausible(this.#lines.unfinished)) {
      return BROKEN;
    }
    if (at < 0) return at;
    return this.#startBody() ? at : BROKEN;
  }

  #startBody(): boolean {
    const { framing, length } = this.#head;
    if (framing === "none") return true;
    this.#part = framing === "chunked" ? "chunks" : framing;
    if (framing === "chunked") this.#chunks.begin();
    this.#left = framing === "length" ? length : this.#maxBodyBytes;
    return this.#isWithin(this.#left);
  }

  #feedBody(bytes: Uint8Array, at: number, length: number): number {
    switch (this.#part) {
      case "length":
        return this.#feedLength(at, length);
      case "close":
        this.#left -= length - at;
        return this.#left >= 0 ? MORE : this.#tooLarge();
      case "chunks":
        return this.#feedChunks(bytes, at, length);
      default:
        return this.#lines.feed(bytes, at, length, TRAILERS);
    }
  }

  #feedLength(at: number, length: number): number {
    const available = length - at;
    if (available >= this.#left) return at + this.#left;
    this.#left -= available;
    return MORE;
  }

  #feedChunks(bytes: Uint8Array, at: number, length: number): number {
    const end = this.#chunks.feed(bytes, at, length);
    if (!this.#isWithin(this.#chunks.dataBytes)) return BROKEN;
    if (end < 0) return end;
    this.#part = "trailers";
    this.#lines.begin(MAX_HEAD_BYTES);
    return this.#lines.feed(bytes, end, length, TRAILERS);
  }

  #isWithin(bodyBytes: number): boolean {
    if (bodyBytes <= this.#maxBodyBytes) return true;
    this.failure = "too_large";
    return false;
  }

  #tooLarge(): typeof BROKEN {
    this.failure = "too_large";
    return BROKEN;
  }
}

/** Trailers must be well-formed and mean nothing to kar. */
const TRAILERS: LineSink = {
  line(bytes, from, to) {
    if (from === to) return LAST;
    return colonOf(bytes, from, to) < 0 ? BROKEN : NEXT;
  },
};
