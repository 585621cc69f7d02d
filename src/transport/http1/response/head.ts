import type { KeptAnswer } from "../../kept_answer.ts";
import {
  colonOf,
  eachElement,
  nameBytes,
  parameterOf,
  parseDigits,
  parseLength,
  spells,
} from "./fields.ts";
import { mayAskBackoff } from "../../retry_after.ts";
import { LAST, type LineSink, NEXT } from "./lines.ts";
import { BROKEN } from "./verdict.ts";

/** Where a body ends (RFC 9112, 6.3). */
export type Framing = "none" | "length" | "chunked" | "close";

const VERSION = nameBytes("HTTP/1.");
/** `HTTP/1.1 200`: all that a status line must have. */
const STATUS_LINE_BYTES = 12;
const SPACE = 32;
const TEXT = new TextDecoder();
/** Interim heads (1xx) before one answer; more of them are a flood. */
const MAX_INTERIM_HEADS = 1000;
const ZERO = 48;
const NINE = 57;

const CONNECTION = nameBytes("connection");
const CONTENT_LENGTH = nameBytes("content-length");
const TRANSFER_ENCODING = nameBytes("transfer-encoding");
const RETRY_AFTER = nameBytes("retry-after");
const CLOSE = nameBytes("close");
const KEEP_ALIVE = nameBytes("keep-alive");
const CHUNKED = nameBytes("chunked");
const TIMEOUT = nameBytes("timeout");

/**
 * Reads the head of an answer line by line and keeps only what decides what
 * follows: the status, the framing of the body, and whether the connection may
 * be used again. Interim heads (1xx) are skipped.
 */
export class ResponseHead implements LineSink {
  status = 0;
  framing: Framing = "none";
  /** Bytes of the body where the framing is `length`. */
  length = -1;
  keepAlive = false;
  /** Seconds for which the peer keeps the connection unused (`keep-alive: timeout=`); -1 = it does not say. */
  keepAliveSec = -1;
  /** When an answer of 429 or 503 asks to come again; empty = it does not say. */
  retryAfter = "";
  /** What is wrong, after BROKEN. */
  fault = "";
  #bodiless = false;
  #kept: KeptAnswer | null = null;
  #interimHeads = 0;
  #inFields = false;
  #minor = 0;
  #sawClose = false;
  #sawKeepAlive = false;
  /** The last coding named; only that decides where the body ends. */
  #coding: "none" | "chunked" | "other" = "none";
  #sawChunked = false;

  /**
   * Starts over, for the next answer on the connection.
   *
   * @param bodiless whether it is to HEAD, so that it has no body
   * @param kept where its fields go; null = nowhere
   */
  begin(bodiless: boolean, kept: KeptAnswer | null = null): void {
    this.#bodiless = bodiless;
    this.#kept = kept;
    this.#interimHeads = 0;
    this.#beginHead();
  }

  #beginHead(): void {
    this.#inFields = false;
    this.length = -1;
    this.retryAfter = "";
    this.keepAliveSec = -1;
    this.#sawClose = false;
    this.#sawKeepAlive = false;
    this.#coding = "none";
    this.#sawChunked = false;
  }

  /** Whether the beginning of a head may still become a valid one. */
  isPlausible(start: Uint8Array): boolean {
    if (this.#inFields) return true;
    const known = Math.min(start.length, VERSION.length);
    for (let i = 0; i < known; i++) if (start[i] !== VERSION[i]) return false;
    return true;
  }

  line(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#inFields) return this.#statusLine(bytes, from, to);
    if (from === to) return this.#end();
    return this.#field(bytes, from, to);
  }

  #statusLine(bytes: Uint8Array, from: number, to: number): number {
    this.status = statusOf(bytes, from, to);
    if (this.status < 100) {
      return this.#broken(`not a status line: ${lineText(bytes, from, to)}`);
    }
    this.#minor = bytes[from + 7]! - ZERO;
    this.#inFields = true;
    return NEXT;
  }

  #field(bytes: Uint8Array, from: number, to: number): number {
    const colon = colonOf(bytes, from, to);
    if (colon < 0) {
      return this.#broken(`not a header field: ${lineText(bytes, from, to)}`);
    }
    if (this.#kept !== null) keepField(this.#kept, bytes, { from, colon, to });
    // The names that matter differ in length.
    switch (colon - from) {
      case CONNECTION.length:
        // As long as keep-alive.
        if (spells(bytes, from, colon, CONNECTION)) {
          return this.#connection(bytes, colon + 1, to);
        }
        if (spells(bytes, from, colon, KEEP_ALIVE)) {
          this.keepAliveSec = parameterOf(bytes, colon + 1, to, TIMEOUT);
        }
        return NEXT;
      case RETRY_AFTER.length:
        if (!mayAskBackoff(this.status)) return NEXT;
        if (!spells(bytes, from, colon, RETRY_AFTER)) return NEXT;
        this.retryAfter = TEXT.decode(bytes.subarray(colon + 1, to));
        return NEXT;
      case CONTENT_LENGTH.length:
        if (!spells(bytes, from, colon, CONTENT_LENGTH)) return NEXT;
        return this.#contentLength(bytes, colon + 1, to);
      case TRANSFER_ENCODING.length:
        if (!spells(bytes, from, colon, TRANSFER_ENCODING)) return NEXT;
        return this.#transferEncoding(bytes, colon + 1, to);
    }
    return NEXT;
  }

  #connection(bytes: Uint8Array, from: number, to: number): number {
    const first = bytes[from] === SPACE ? from + 1 : from;
    if (!spells(bytes, first, to, KEEP_ALIVE)) {
      return this.#connectionList(bytes, from, to);
    }
    this.#sawKeepAlive = true;
    return NEXT;
  }

  /** A method of its own, since its closure would cost every answer an allocation. */
  #connectionList(bytes: Uint8Array, from: number, to: number): number {
    eachElement(bytes, from, to, (start, end) => {
      if (spells(bytes, start, end, CLOSE)) this.#sawClose = true;
      else if (spells(bytes, start, end, KEEP_ALIVE)) this.#sawKeepAlive = true;
      return true;
    });
    return NEXT;
  }

  #contentLength(bytes: Uint8Array, from: number, to: number): number {
    const length = parseLength(bytes, from, to);
    if (length < 0) {
      return this.#broken(`content-length:${lineText(bytes, from, to)}`);
    }
    if (this.length >= 0 && this.length !== length) {
      return this.#broken(`content-length: ${this.length} and ${length}`);
    }
    this.length = length;
    return NEXT;
  }

  #transferEncoding(bytes: Uint8Array, from: number, to: number): number {
    const first = bytes[from] === SPACE ? from + 1 : from;
    if (this.#sawChunked || !spells(bytes, first, to, CHUNKED)) {
      return this.#codings(bytes, from, to);
    }
    this.#sawChunked = true;
    this.#coding = "chunked";
    return NEXT;
  }

  #codings(bytes: Uint8Array, from: number, to: number): number {
    const valid = eachElement(bytes, from, to, (start, end) => {
      const isChunked = spells(bytes, start, end, CHUNKED);
      // Chunked may be applied once (RFC 9112, 7.1).
      if (isChunked && this.#sawChunked) return false;
      this.#sawChunked ||= isChunked;
      this.#coding = isChunked ? "chunked" : "other";
      return true;
    });
    return valid ? NEXT : this.#broken(
      `transfer-encoding:${lineText(bytes, from, to)}: chunked twice`,
    );
  }

  #end(): number {
    if (this.status === 101) {
      return this.#broken("status 101, though no upgrade was asked for");
    }
    if (this.status < 200) return this.#endInterim();
    this.framing = this.#framing();
    this.keepAlive = this.#mayBeKept();
    return LAST;
  }

  #endInterim(): number {
    if (++this.#interimHeads > MAX_INTERIM_HEADS) {
      return this.#broken(
        `more than ${MAX_INTERIM_HEADS} interim heads (1xx) before an answer`,
      );
    }
    this.#kept?.dropHeaders();
    this.#beginHead();
    return NEXT;
  }

  #broken(fault: string): typeof BROKEN {
    this.fault = fault;
    return BROKEN;
  }

  #framing(): Framing {
    if (this.#bodiless || this.status === 204 || this.status === 304) {
      return "none";
    }
    if (this.#coding === "chunked") return "chunked";
    if (this.#coding === "other" || this.length < 0) return "close";
    return this.length === 0 ? "none" : "length";
  }

  #mayBeKept(): boolean {
    if (this.#sawClose || this.framing === "close") return false;
    // A coding together with a length, or from HTTP/1.0, means that some party
    // on the way may have seen the answer end elsewhere (RFC 9112, 6.1 and
    // 6.3).
    const isDoubtful = this.#coding !== "none" &&
      (this.length >= 0 || this.#minor === 0);
    return !isDoubtful && (this.#minor >= 1 || this.#sawKeepAlive);
  }
}

/** Keeps one field: a value is bytes, one character for each (RFC 9110, 5.5). */
function keepField(
  kept: KeptAnswer,
  bytes: Uint8Array,
  { from, colon, to }: {
    readonly from: number;
    readonly colon: number;
    readonly to: number;
  },
): void {
  if (!kept.wantsHeaders) return;
  const name = TEXT.decode(bytes.subarray(from, colon));
  kept.addHeader(name, lineBytes(bytes, colon + 1, to).trim());
}

/** One character for each byte. */
function lineBytes(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** The status of a status line (RFC 9112, 4); −1 = it is not one. */
function statusOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < STATUS_LINE_BYTES) return -1;
  for (let i = 0; i < VERSION.length; i++) {
    if (bytes[from + i] !== VERSION[i]) return -1;
  }
  const minor = bytes[from + 7]!;
  if (minor < ZERO || minor > NINE) return -1;
  if (bytes[from + 8] !== SPACE) return -1;
  const after = from + STATUS_LINE_BYTES;
  if (after < to && bytes[after] !== SPACE) return -1;
  return parseDigits(bytes, from + 9, after);
}

/** Characters of a wrong line that a message shows. */
const SHOWN_BYTES = 60;

/** A line, or its beginning, one character for each byte, as it came. */
export function lineText(bytes: Uint8Array, from: number, to: number): string {
  const end = Math.min(to, from + SHOWN_BYTES);
  const text = String.fromCharCode(...bytes.subarray(from, end));
  return end < to ? `${text}…` : text;
}
