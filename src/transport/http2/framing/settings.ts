import { breach, type Fault, wrongSize } from "./fault.ts";
import {
  ERROR,
  FRAME,
  FRAME_HEADER_BYTES,
  MAX_31_BITS,
  MAX_PAYLOAD_BYTES,
  readUint31,
  writeFrameHeader,
  writeUint32,
} from "./frames.ts";
import { type Slice, TABLE_BYTES } from "../hpack/mod.ts";

/** The initial window (RFC 9113, 6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535;
/**
 * Streams at once before the peer's settings are known: RFC 9113, 6.5.2, asks
 * servers not to allow fewer.
 */
export const ASSUMED_MAX_STREAMS = 100;

/**
 * How far a peer may send ahead, on one stream and in all. Bodies are dropped
 * as they come, so this protects no memory: it is large enough for a body to
 * arrive without waiting for window updates.
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

/**
 * What a client sends first: the preface, its settings, a wider window. The
 * header table has its default size; some servers use only a table that is
 * announced, or none where one is announced.
 *
 * @param maxHeadBytes the largest head that is read
 */
export function buildPreface(maxHeadBytes: number): Uint8Array {
  const magic = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const settings: readonly (readonly [id: number, value: number])[] = [
    [ID.headerTableSize, TABLE_BYTES],
    [ID.enablePush, 0],
    [ID.initialWindowSize, RECEIVE_WINDOW_BYTES],
    [ID.maxHeaderListSize, maxHeadBytes],
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

/** The peer's settings. */
export class PeerSettings {
  maxStreams = ASSUMED_MAX_STREAMS;
  initialWindow = DEFAULT_WINDOW_BYTES;
  /** Bytes of a request's head that the peer takes, as RFC 9113, 6.5.2, counts them. */
  maxHeaderListBytes = Infinity;
  /** Whether the peer has announced it. */
  isKnown = false;
  /**
   * The peer has made its header table smaller, so that the next block has to
   * begin by saying that it uses none (RFC 9113, 4.3.1).
   */
  isTableUpdateDue = false;
  #tableBytes = TABLE_BYTES;

  /**
   * Takes in the payload of a SETTINGS frame. @returns the fault if it is
   * invalid
   */
  apply({ bytes, start, end }: Slice): Fault | null {
    if ((end - start) % SETTING_BYTES !== 0) {
      return wrongSize("SETTINGS", end - start);
    }
    // Without a value the number of streams has no limit.
    if (!this.isKnown) this.maxStreams = MAX_31_BITS;
    this.isKnown = true;
    for (let at = start; at < end; at += SETTING_BYTES) {
      const id = bytes[at]! << 8 | bytes[at + 1]!;
      const isLarge = bytes[at + 2]! >= 0x80;
      // Values of 2^31 and more are told apart only where they are forbidden.
      const value = isLarge ? MAX_31_BITS + 1 : readUint31(bytes, at + 2);
      const fault = this.#set(id, value);
      if (fault !== null) return fault;
    }
    return null;
  }

  #set(id: number, value: number): Fault | null {
    switch (id) {
      case ID.headerTableSize:
        if (value < this.#tableBytes) this.isTableUpdateDue = true;
        this.#tableBytes = value;
        return null;
      case ID.enablePush:
        return value === 0
          ? null
          : breach("SETTINGS_ENABLE_PUSH from a server");
      case ID.maxConcurrentStreams:
        this.maxStreams = Math.min(value, MAX_31_BITS);
        return null;
      case ID.initialWindowSize:
        if (value > MAX_31_BITS) {
          return breach(
            "SETTINGS_INITIAL_WINDOW_SIZE past 2^31 − 1",
            ERROR.flowControl,
          );
        }
        this.initialWindow = value;
        return null;
      case ID.maxFrameSize: {
        // kar never sends more than the smallest limit that is allowed.
        const isLegal = value >= MAX_PAYLOAD_BYTES &&
          value <= MAX_FRAME_SIZE_LIMIT;
        return isLegal ? null : breach(`SETTINGS_MAX_FRAME_SIZE of ${value}`);
      }
      case ID.maxHeaderListSize:
        this.maxHeaderListBytes = value > MAX_31_BITS ? Infinity : value;
        return null;
      default:
        return null;
    }
  }
}
