import type { Slice } from "../hpack/mod.ts";

/** Types of frames (RFC 9113, section 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** The types' names in RFC 9113, by number. */
const FRAME_NAMES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
];

/** A type as a message names it. */
export function nameOf(type: number): string {
  return FRAME_NAMES[type] ?? `a frame of unknown type ${type}`;
}

/** Flags of frames; `ack` and `endStream` share a bit on different types. */
export const FLAG = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Error codes (RFC 9113, section 7) that this client sends. */
export const ERROR = {
  none: 0x0,
  protocol: 0x1,
  flowControl: 0x3,
  streamClosed: 0x5,
  frameSize: 0x6,
  cancel: 0x8,
  compression: 0x9,
  enhanceYourCalm: 0xb,
} as const;

/** One of `ERROR`. */
export type ErrorCode = typeof ERROR[keyof typeof ERROR];

export const FRAME_HEADER_BYTES = 9;
/** The largest payload that either side accepts by default; kar never asks for more. */
export const MAX_PAYLOAD_BYTES = 16_384;
const MAX_FRAME_BYTES = FRAME_HEADER_BYTES + MAX_PAYLOAD_BYTES;
/** The largest window, increment and stream identifier: 31 bits. */
export const MAX_31_BITS = 0x7fffffff;

/** A frame as it was read; the next one overwrites it. */
export interface Frame {
  type: number;
  flags: number;
  /** 0 = the connection itself. */
  stream: number;
  readonly payload: Slice;
}

/** Called with each whole frame; false = stop reading. */
export type FrameVisitor = (frame: Frame) => boolean;

/**
 * Cuts a stream of bytes into frames. A frame that is complete in one read is
 * shown in place; one that is spread over several reads is put together in a
 * buffer that is used again, never larger than one frame.
 */
export class FrameReader {
  readonly #frame: Frame = {
    type: 0,
    flags: 0,
    stream: 0,
    payload: { bytes: new Uint8Array(0), start: 0, end: 0 },
  };
  /** The frame that is not complete yet; allocated when first needed. */
  #partial: Uint8Array | null = null;
  #partialLength = 0;

  /**
   * Reads the first `length` of `bytes`.
   *
   * @returns false when `visit` asked to stop or a frame is too large: then
   *   nothing more may be read
   */
  read(bytes: Uint8Array, length: number, visit: FrameVisitor): boolean {
    let at = 0;
    while (this.#partialLength > 0 && at < length) {
      const until = Math.min(length, at + this.#missing());
      this.#keep(bytes, at, until);
      at = until;
      const missing = this.#missing();
      if (missing < 0) return false;
      if (missing > 0) continue;
      this.#partialLength = 0;
      if (!this.#show(this.#partial!, 0, visit)) return false;
    }
    while (length - at >= FRAME_HEADER_BYTES) {
      const end = at + FRAME_HEADER_BYTES + payloadLength(bytes, at);
      if (end - at > MAX_FRAME_BYTES) return false;
      if (end > length) break;
      if (!this.#show(bytes, at, visit)) return false;
      at = end;
    }
    if (at < length) this.#keep(bytes, at, length);
    return true;
  }

  /** Bytes that the current frame still lacks, as far as known; −1 = it is too large. */
  #missing(): number {
    const have = this.#partialLength;
    if (have < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES - have;
    const whole = FRAME_HEADER_BYTES + payloadLength(this.#partial!, 0);
    return whole > MAX_FRAME_BYTES ? -1 : whole - have;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    this.#partial ??= new Uint8Array(MAX_FRAME_BYTES);
    this.#partial.set(bytes.subarray(from, to), this.#partialLength);
    this.#partialLength += to - from;
  }

  #show(bytes: Uint8Array, at: number, visit: FrameVisitor): boolean {
    const frame = this.#frame;
    frame.type = bytes[at + 3]!;
    frame.flags = bytes[at + 4]!;
    frame.stream = readUint31(bytes, at + 5);
    frame.payload.bytes = bytes;
    frame.payload.start = at + FRAME_HEADER_BYTES;
    frame.payload.end = frame.payload.start + payloadLength(bytes, at);
    return visit(frame);
  }
}

function payloadLength(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 16 | bytes[at + 1]! << 8 | bytes[at + 2]!;
}

/** Reads four bytes without their highest bit, which is reserved everywhere. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 0x7f) << 24 | bytes[at + 1]! << 16 |
    bytes[at + 2]! << 8 | bytes[at + 3]!;
}

/** Reads four bytes. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 |
    bytes[at + 3]!) >>> 0;
}

/** Writes four bytes. */
export function writeUint32(
  bytes: Uint8Array,
  at: number,
  value: number,
): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Everything about a frame but its payload. */
export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly length: number;
}

/** Writes the nine bytes before a payload. */
export function writeFrameHeader(
  bytes: Uint8Array,
  at: number,
  header: FrameHeader,
): void {
  // The length has three bytes; the type, written next, overwrites the fourth.
  writeUint32(bytes, at, header.length << 8);
  bytes[at + 3] = header.type;
  bytes[at + 4] = header.flags;
  writeUint32(bytes, at + 5, header.stream);
}

/** Takes the padding (RFC 9113, 6.1) off a frame's payload; false = it has no room for it. */
export function stripPadding(frame: Frame): boolean {
  if (!(frame.flags & FLAG.padded)) return true;
  const { payload } = frame;
  if (payload.start === payload.end) return false;
  payload.end -= payload.bytes[payload.start++]!;
  return payload.end >= payload.start;
}
