/*
 * Frames of HTTP/2: RFC 9113, section 4.
 *
 *   length (24) │ type (8) │ flags (8) │ stream (31) │ payload (length)
 */

/** Types of frames, section 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames; what a bit means depends on the type. */
export const FLAG = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Error codes, section 7. */
export const ERROR = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

/** Settings that this server sends or obeys, section 6.5.2. */
export const SETTING = {
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** What a client says first, section 3.4. */
export const PREFACE = new TextEncoder().encode(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);

/** Largest payload that this server takes: the protocol's default. */
export const MAX_FRAME_SIZE = 16_384;

const HEADER_SIZE = 9;

/** One frame, without its length. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** The peer broke the rules so that the connection cannot go on. */
export class Http2Error extends Error {
  override readonly name = "Http2Error";

  /** @param code one of `ERROR` */
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** Cuts a stream of bytes into frames, however the bytes come. */
export class FrameReader {
  #bytes = new Uint8Array();
  #prefaceRead = false;

  /** Takes the next bytes; they are copied. */
  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    this.#bytes = bytes;
  }

  /**
   * The next whole frame, or undefined where more bytes are needed.
   *
   * @throws Http2Error for a client that does not speak HTTP/2, and for a
   *   frame that is too long
   */
  next(): Frame | undefined {
    if (!this.#prefaceRead && !this.#readPreface()) return undefined;
    const bytes = this.#bytes;
    if (bytes.length < HEADER_SIZE) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = view.getUint32(0) >>> 8;
    if (length > MAX_FRAME_SIZE) {
      throw new Http2Error(ERROR.frameSize, `A frame of ${length} bytes`);
    }
    const end = HEADER_SIZE + length;
    if (bytes.length < end) return undefined;
    this.#bytes = bytes.subarray(end);
    return {
      type: bytes[3]!,
      flags: bytes[4]!,
      stream: view.getUint32(5) & 0x7fff_ffff,
      payload: bytes.subarray(HEADER_SIZE, end),
    };
  }

  #readPreface(): boolean {
    const bytes = this.#bytes;
    const known = Math.min(bytes.length, PREFACE.length);
    for (let i = 0; i < known; i++) {
      if (bytes[i] !== PREFACE[i]) {
        throw new Http2Error(ERROR.protocol, "A preface that is not HTTP/2");
      }
    }
    if (known < PREFACE.length) return false;
    this.#bytes = bytes.subarray(PREFACE.length);
    this.#prefaceRead = true;
    return true;
  }
}

/** The bytes of one frame; the payload has to fit into `MAX_FRAME_SIZE`. */
export function encodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length << 8);
  bytes[3] = type;
  bytes[4] = flags;
  view.setUint32(5, stream);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

/** A payload of 32-bit numbers, as RST_STREAM, WINDOW_UPDATE and GOAWAY have. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return bytes;
}

/** A SETTINGS payload. */
export function encodeSettings(
  settings: readonly (readonly [id: number, value: number])[],
): Uint8Array {
  const bytes = new Uint8Array(6 * settings.length);
  const view = new DataView(bytes.buffer);
  settings.forEach(([id, value], i) => {
    view.setUint16(6 * i, id);
    view.setUint32(6 * i + 2, value);
  });
  return bytes;
}

/** Reads a SETTINGS payload. */
export function* decodeSettings(
  payload: Uint8Array,
): Iterable<readonly [id: number, value: number]> {
  const view = viewOf(payload);
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    yield [view.getUint16(at), view.getUint32(at + 2)];
  }
}

/** A view of a payload. */
export function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.length);
}

/**
 * A payload of DATA or HEADERS without padding and priority.
 *
 * @throws Http2Error for more padding than payload
 */
export function stripPadding({ type, flags, payload }: Frame): Uint8Array {
  let start = 0;
  let end = payload.length;
  if (flags & FLAG.padded) {
    start = 1;
    end -= payload[0] ?? 0;
  }
  if (type === FRAME.headers && flags & FLAG.priority) start += 5;
  if (start <= end) return payload.subarray(start, end);
  throw new Http2Error(ERROR.protocol, "More padding than payload");
}
