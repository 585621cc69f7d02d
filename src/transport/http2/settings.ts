import {
  ERROR,
  type ErrorCode,
  FRAME,
  FRAME_HEADER_BYTES,
  MAX_31_BITS,
  MAX_PAYLOAD_BYTES,
  readUint31,
  writeFrameHeader,
  writeUint32,
} from "./frames.ts";
import { MAX_HEADER_LIST_BYTES } from "./head.ts";
import type { Slice } from "./hpack/mod.ts";

/** What a window is until somebody says otherwise (RFC 9113, 6.9.2). */
const DEFAULT_WINDOW_BYTES = 65_535;
/** The header table that a peer may use until it hears of another (6.5.2). */
const DEFAULT_TABLE_BYTES = 4096;
/**
 * Streams at once before the peer's settings are known: RFC 9113, 6.5.2, asks
 * servers not to allow fewer.
 */
export const ASSUMED_MAX_STREAMS = 100;

/**
 * How far a peer may send ahead, on one stream and in all. Bodies are dropped
 * as they come, so this bounds nothing here: it is as large as lets a body
 * arrive without waiting for us.
 */
export const RECEIVE_WINDOW_BYTES = 16 * 1024 * 1024;

const ID = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;
const SETTING_BYTES = 6;
const MAX_FRAME_SIZE_LIMIT = 2 ** 24 - 1;

/** What a client says first: the magic words, its settings, a wider window. */
export const CLIENT_PREFACE: Uint8Array = buildPreface();

function buildPreface(): Uint8Array {
  const magic = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const settings: readonly (readonly [id: number, value: number])[] = [
    [ID.headerTableSize, 0],
    [ID.enablePush, 0],
    [ID.initialWindowSize, RECEIVE_WINDOW_BYTES],
    [ID.maxHeaderListSize, MAX_HEADER_LIST_BYTES],
  ];
  const length = settings.length * SETTING_BYTES;
  const bytes = new Uint8Array(
    magic.length + FRAME_HEADER_BYTES + length + FRAME_HEADER_BYTES + 4,
  );
  bytes.set(magic);
  let at = magic.length;
  const header = { flags: 0, stream: 0 };
  writeFrameHeader(bytes, at, { ...header, type: FRAME.settings, length });
  at += FRAME_HEADER_BYTES;
  for (const [id, value] of settings) {
    bytes[at + 1] = id;
    writeUint32(bytes, at + 2, value);
    at += SETTING_BYTES;
  }
  const type = FRAME.windowUpdate;
  writeFrameHeader(bytes, at, { ...header, type, length: 4 });
  at += FRAME_HEADER_BYTES;
  writeUint32(bytes, at, RECEIVE_WINDOW_BYTES - DEFAULT_WINDOW_BYTES);
  return bytes;
}

/** What the peer has told us to keep to. */
export class PeerSettings {
  maxStreams = ASSUMED_MAX_STREAMS;
  initialWindow = DEFAULT_WINDOW_BYTES;
  /**
   * The peer has made its header table smaller, so that the next block has to
   * begin by saying that it uses none (RFC 9113, 4.3.1).
   */
  isTableUpdateDue = false;
  #tableBytes = DEFAULT_TABLE_BYTES;
  #isKnown = false;

  /** Takes in the payload of a SETTINGS frame; the result is why it may not be so. */
  apply({ bytes, start, end }: Slice): ErrorCode {
    if ((end - start) % SETTING_BYTES !== 0) return ERROR.frameSize;
    // Silence about the number of streams means that there is no limit.
    if (!this.#isKnown) this.maxStreams = MAX_31_BITS;
    this.#isKnown = true;
    for (let at = start; at < end; at += SETTING_BYTES) {
      const id = bytes[at]! << 8 | bytes[at + 1]!;
      const isLarge = bytes[at + 2]! >= 0x80;
      // Values of 2^31 and more are told apart only where they are forbidden.
      const value = isLarge ? MAX_31_BITS + 1 : readUint31(bytes, at + 2);
      const error = this.#set(id, value);
      if (error !== ERROR.none) return error;
    }
    return ERROR.none;
  }

  #set(id: number, value: number): ErrorCode {
    switch (id) {
      case ID.headerTableSize:
        if (value < this.#tableBytes) this.isTableUpdateDue = true;
        this.#tableBytes = value;
        return ERROR.none;
      case ID.enablePush:
        return value === 0 ? ERROR.none : ERROR.protocol;
      case ID.maxConcurrentStreams:
        this.maxStreams = Math.min(value, MAX_31_BITS);
        return ERROR.none;
      case ID.initialWindowSize:
        if (value > MAX_31_BITS) return ERROR.flowControl;
        this.initialWindow = value;
        return ERROR.none;
      case ID.maxFrameSize: {
        // We never send more than the smallest limit there may be.
        const isLegal = value >= MAX_PAYLOAD_BYTES &&
          value <= MAX_FRAME_SIZE_LIMIT;
        return isLegal ? ERROR.none : ERROR.protocol;
      }
      default:
        return ERROR.none;
    }
  }
}
