import { BlockAssembler } from "./block.ts";
import {
  ERROR,
  type ErrorCode,
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  readUint31,
  stripPadding,
} from "./frames.ts";
import type { Slice } from "./hpack/mod.ts";

/** Frames in a row that bring nothing (PING, SETTINGS, …) before it is a flood. */
const MAX_IDLE_FRAMES = 1_000;
const PRIORITY_BYTES = 5;
const UINT32_BYTES = 4;
const PING_BYTES = 8;
const GOAWAY_BYTES = 8;

/**
 * What a peer's frames say, once each is known to be whole and in its place. An
 * error code other than `ERROR.none` breaks the connection.
 */
export interface ReceiverHandler {
  /** Whether a stream of this identifier was ever begun. */
  isOurs(stream: number): boolean;
  onBlock(stream: number, block: Slice, isLast: boolean): ErrorCode;
  /** `frame` is a DATA frame without its padding, of `size` bytes with it. */
  onPiece(frame: Frame, size: number): ErrorCode;
  onReset(stream: number): void;
  /** Stream 0 = the connection. */
  onWindowUpdate(stream: number, increment: number): ErrorCode;
  onSettings(payload: Slice): ErrorCode;
  onPing(payload: Slice): ErrorCode;
  onGoaway(lastStream: number): void;
}

/** Reads a peer's bytes: sizes, places and order of frames (RFC 9113, section 6). */
export class Receiver {
  readonly #handler: ReceiverHandler;
  readonly #frames = new FrameReader();
  readonly #block = new BlockAssembler();
  #hasSettings = false;
  #idleFrames = 0;
  #error: ErrorCode = ERROR.none;
  #isStopped = false;

  constructor(handler: ReceiverHandler) {
    this.#handler = handler;
  }

  /** Reads no more, not even the rest of what is being read. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Reads the first `length` of `bytes`; the result is why it broke off. */
  read(bytes: Uint8Array, length: number): ErrorCode {
    if (this.#frames.read(bytes, length, this.#onFrame)) return ERROR.none;
    if (this.#isStopped) return ERROR.none;
    return this.#error === ERROR.none ? ERROR.frameSize : this.#error;
  }

  readonly #onFrame = (frame: Frame): boolean => {
    this.#error = this.#dispatch(frame);
    return this.#error === ERROR.none && !this.#isStopped;
  };

  #dispatch(frame: Frame): ErrorCode {
    const { type } = frame;
    const isInBlock = this.#block.stream !== 0;
    if (isInBlock !== (type === FRAME.continuation)) return ERROR.protocol;
    if (!this.#hasSettings && type !== FRAME.settings) return ERROR.protocol;
    switch (type) {
      case FRAME.data:
        return this.#onData(frame);
      case FRAME.headers:
        return this.#onHeaders(frame);
      case FRAME.continuation:
        return this.#onContinuation(frame);
      case FRAME.resetStream:
        return this.#onReset(frame);
      case FRAME.windowUpdate:
        return this.#onWindowUpdate(frame);
      case FRAME.settings:
        return this.#onSettings(frame);
      case FRAME.ping:
        return this.#onPing(frame);
      case FRAME.goaway:
        return this.#onGoaway(frame);
      case FRAME.pushPromise:
        return ERROR.protocol;
      default:
        return this.#idle();
    }
  }

  #onData(frame: Frame): ErrorCode {
    const size = sizeOf(frame);
    if (!this.#handler.isOurs(frame.stream)) return ERROR.protocol;
    if (!stripPadding(frame)) return ERROR.protocol;
    const error = this.#handler.onPiece(frame, size);
    const isIdle = size === 0 && !(frame.flags & FLAG.endStream);
    if (isIdle && error === ERROR.none) return this.#idle();
    this.#idleFrames = 0;
    return error;
  }

  #onHeaders(frame: Frame): ErrorCode {
    const { stream, flags, payload } = frame;
    if (!this.#handler.isOurs(stream)) return ERROR.protocol;
    if (!stripPadding(frame)) return ERROR.protocol;
    if (flags & FLAG.priority) payload.start += PRIORITY_BYTES;
    if (payload.start > payload.end) return ERROR.frameSize;
    this.#idleFrames = 0;
    const isLast = (flags & FLAG.endStream) !== 0;
    if (flags & FLAG.endHeaders) {
      return this.#handler.onBlock(stream, payload, isLast);
    }
    this.#block.begin(stream, isLast, payload);
    return ERROR.none;
  }

  #onContinuation({ stream, flags, payload }: Frame): ErrorCode {
    const block = this.#block;
    if (stream !== block.stream) return ERROR.protocol;
    if (!block.add(payload)) return ERROR.enhanceYourCalm;
    if (!(flags & FLAG.endHeaders)) return this.#idle();
    return this.#handler.onBlock(stream, block.finish(), block.isLast);
  }

  #onReset(frame: Frame): ErrorCode {
    if (sizeOf(frame) !== UINT32_BYTES) return ERROR.frameSize;
    if (!this.#handler.isOurs(frame.stream)) return ERROR.protocol;
    this.#handler.onReset(frame.stream);
    return ERROR.none;
  }

  #onWindowUpdate(frame: Frame): ErrorCode {
    const { stream, payload } = frame;
    if (sizeOf(frame) !== UINT32_BYTES) return ERROR.frameSize;
    if (stream !== 0 && !this.#handler.isOurs(stream)) return ERROR.protocol;
    const increment = readUint31(payload.bytes, payload.start);
    if (increment === 0) return ERROR.protocol;
    return this.#handler.onWindowUpdate(stream, increment);
  }

  #onSettings(frame: Frame): ErrorCode {
    const isAck = (frame.flags & FLAG.ack) !== 0;
    if (frame.stream !== 0) return ERROR.protocol;
    if (isAck && !this.#hasSettings) return ERROR.protocol;
    if (isAck && sizeOf(frame) > 0) return ERROR.frameSize;
    this.#hasSettings = true;
    const error = isAck ? ERROR.none : this.#handler.onSettings(frame.payload);
    return error === ERROR.none ? this.#idle() : error;
  }

  #onPing(frame: Frame): ErrorCode {
    if (frame.stream !== 0) return ERROR.protocol;
    if (sizeOf(frame) !== PING_BYTES) return ERROR.frameSize;
    const isAck = (frame.flags & FLAG.ack) !== 0;
    const error = isAck ? ERROR.none : this.#handler.onPing(frame.payload);
    return error === ERROR.none ? this.#idle() : error;
  }

  #onGoaway(frame: Frame): ErrorCode {
    const { stream, payload } = frame;
    if (stream !== 0) return ERROR.protocol;
    if (sizeOf(frame) < GOAWAY_BYTES) return ERROR.frameSize;
    this.#handler.onGoaway(readUint31(payload.bytes, payload.start));
    return this.#idle();
  }

  #idle(): ErrorCode {
    return ++this.#idleFrames > MAX_IDLE_FRAMES
      ? ERROR.enhanceYourCalm
      : ERROR.none;
  }
}

function sizeOf({ payload }: Frame): number {
  return payload.end - payload.start;
}
