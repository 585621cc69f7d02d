import {
  colonOf,
  eachElement,
  nameBytes,
  parseDigits,
  parseLength,
  spells,
} from "./fields.ts";
import { mayAskSilence } from "../../retry_after.ts";
import { LAST, type LineSink, NEXT } from "./lines.ts";
import { BROKEN } from "./verdict.ts";

/** Where a body ends (RFC 9112, 6.3). */
export type Framing = "none" | "length" | "chunked" | "close";

const VERSION = nameBytes("HTTP/1.");
/** `HTTP/1.1 200`: all that a status line must have. */
const STATUS_LINE_BYTES = 12;
const SPACE = 32;
const TEXT = new TextDecoder();
const ZERO = 48;
const NINE = 57;

const CONNECTION = nameBytes("connection");
const CONTENT_LENGTH = nameBytes("content-length");
const TRANSFER_ENCODING = nameBytes("transfer-encoding");
const RETRY_AFTER = nameBytes("retry-after");
const CLOSE = nameBytes("close");
const KEEP_ALIVE = nameBytes("keep-alive");
const CHUNKED = nameBytes("chunked");

/**
 * Reads the head of an answer line by line and keeps of it only what decides
 * what follows: the status, the framing of the body, and whether the
 * connection may be used again. Interim heads (1xx) are passed over.
 */
export class Head implements LineSink {
  status = 0;
  framing: Framing = "none";
  /** Bytes of the body where the framing is `length`. */
  length = -1;
  keepAlive = false;
  /** What an answer of 429 or 503 says of when to come again; empty = nothing. */
  retryAfter = "";
  readonly #bodiless: boolean;
  #inFields = false;
  #minor = 0;
  #sawClose = false;
  #sawKeepAlive = false;
  /** The last coding named; only that decides where the body ends. */
  #coding: "none" | "chunked" | "other" = "none";
  #sawChunked = false;

  /** @param bodiless whether the answers are to HEAD, so that none has a body */
  constructor(bodiless: boolean) {
    this.#bodiless = bodiless;
  }

  /** Starts over, for the next head on the connection. */
  begin(): void {
    this.#inFields = false;
    this.length = -1;
    this.retryAfter = "";
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
    if (to - from < STATUS_LINE_BYTES) return BROKEN;
    for (let i = 0; i < VERSION.length; i++) {
      if (bytes[from + i] !== VERSION[i]) return BROKEN;
    }
    const minor = bytes[from + 7]!;
    if (minor < ZERO || minor > NINE) return BROKEN;
    if (bytes[from + 8] !== SPACE) return BROKEN;
    const after = from + STATUS_LINE_BYTES;
    if (after < to && bytes[after] !== SPACE) return BROKEN;
    this.status = parseDigits(bytes, from + 9, after);
    if (this.status < 100) return BROKEN;
    this.#minor = minor - ZERO;
    this.#inFields = true;
    return NEXT;
  }

  #field(bytes: Uint8Array, from: number, to: number): number {
    const colon = colonOf(bytes, from, to);
    if (colon < 0) return BROKEN;
    // The lengths tell the names apart that matter.
    switch (colon - from) {
      case CONNECTION.length:
        if (!spells(bytes, from, colon, CONNECTION)) return NEXT;
        return this.#connection(bytes, colon + 1, to);
      case RETRY_AFTER.length:
        if (!mayAskSilence(this.status)) return NEXT;
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
    eachElement(bytes, from, to, (start, end) => {
      if (spells(bytes, start, end, CLOSE)) this.#sawClose = true;
      else if (spells(bytes, start, end, KEEP_ALIVE)) this.#sawKeepAlive = true;
      return true;
    });
    return NEXT;
  }

  #contentLength(bytes: Uint8Array, from: number, to: number): number {
    const length = parseLength(bytes, from, to);
    if (length < 0 || (this.length >= 0 && this.length !== length)) {
      return BROKEN;
    }
    this.length = length;
    return NEXT;
  }

  #transferEncoding(bytes: Uint8Array, from: number, to: number): number {
    const valid = eachElement(bytes, from, to, (start, end) => {
      const isChunked = spells(bytes, start, end, CHUNKED);
      // Chunked may be applied once (RFC 9112, 7.1).
      if (isChunked && this.#sawChunked) return false;
      this.#sawChunked ||= isChunked;
      this.#coding = isChunked ? "chunked" : "other";
      return true;
    });
    return valid ? NEXT : BROKEN;
  }

  #end(): number {
    if (this.status === 101) return BROKEN; // Nobody asked for an upgrade.
    if (this.status < 200) {
      this.begin();
      return NEXT;
    }
    this.framing = this.#framing();
    this.keepAlive = this.#mayBeKept();
    return LAST;
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
    // A coding beside a length, or from HTTP/1.0, means that some party on the
    // way may have seen another end than this one (RFC 9112, 6.1 and 6.3).
    const isDoubtful = this.#coding !== "none" &&
      (this.length >= 0 || this.#minor === 0);
    return !isDoubtful && (this.#minor >= 1 || this.#sawKeepAlive);
  }
}
