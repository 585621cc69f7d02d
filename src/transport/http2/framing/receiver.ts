import { BlockAssembler } from "./block.ts";
import { breach, type Fault, wrongSize } from "./fault.ts";
import type { FrameBudget } from "./frame_budget.ts";
import {
  ERROR,
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  MAX_PAYLOAD_BYTES,
  nameOf,
  readUint31,
  readUint32,
  stripPadding,
} from "./frames.ts";
import { type Slice, textOf } from "../hpack/mod.ts";

const PRIORITY_BYTES = 5;
/** What is shown of what is not a frame. */
const SHOWN_BYTES = 40;
const UINT32_BYTES = 4;
const PING_BYTES = 8;
const GOAWAY_BYTES = 8;

/**
 * The content of a peer's frames, each known to be complete and in its place. A
 * fault that a method returns breaks the connection.
 */
export interface ReceiverHandler {
  /** Whether a stream of this identifier was ever begun. */
  isOurs(stream: number): boolean;
  onBlock(stream: number, block: Slice, isLast: boolean): Fault | null;
  /** `frame` is a DATA frame without its padding, of `size` bytes with it. */
  onPiece(frame: Frame, size: number): Fault | null;
  onReset(stream: number, code: number): Fault | null;
  /** Stream 0 = the connection. */
  onWindowUpdate(stream: number, increment: number): Fault | null;
  onSettings(payload: Slice): Fault | null;
  onPing(payload: Slice): Fault | null;
  /** `words` are the peer's own, if it has any. */
  onGoaway(lastStream: number, code: number, words: Slice): void;
  /** A fault that is to end one stream only (RFC 9113, 5.4.2). */
  onStreamFault(stream: number, fault: Fault): Fault | null;
}

/** Options of a receiver. */
export interface ReceiverOptions {
  readonly budget: FrameBudget;
  readonly maxHeadBytes: number;
}

/** Reads a peer's bytes: sizes, places and order of frames (RFC 9113, section 6). */
export class Receiver {
  readonly #handler: ReceiverHandler;
  readonly #budget: FrameBudget;
  readonly #maxHeadBytes: number;
  readonly #frames = new FrameReader();
  readonly #block: BlockAssembler;
  #hasSettings = false;
  #fault: Fault | null = null;
  #isStopped = false;

  constructor(handler: ReceiverHandler, options: ReceiverOptions) {
    this.#handler = handler;
    this.#budget = options.budget;
    this.#maxHeadBytes = options.maxHeadBytes;
    this.#block = new BlockAssembler(options.maxHeadBytes);
  }

  /** Reads no more, not even the rest of what is being read. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Reads the first `length` of `bytes`; the result is why it broke off. */
  read(bytes: Uint8Array, length: number): Fault | null {
    if (this.#frames.read(bytes, length, this.#onFrame)) return null;
    if (this.#isStopped) return null;
    if (this.#fault !== null) return this.#fault;
    const reason = this.#hasSettings
      ? `a frame of more than ${MAX_PAYLOAD_BYTES} bytes`
      : noHttp2(bytes, length);
    return breach(reason, ERROR.frameSize);
  }

  readonly #onFrame = (frame: Frame): boolean => {
    this.#fault = this.#dispatch(frame);
    return this.#fault === null && !this.#isStopped;
  };

  #dispatch(frame: Frame): Fault | null {
    const { type } = frame;
    const isInBlock = this.#block.stream !== 0;
    if (isInBlock !== (type === FRAME.continuation)) {
      return breach(
        isInBlock
          ? `${nameOf(type)} inside a header block`
          : "CONTINUATION without a header block",
      );
    }
    if (!this.#hasSettings && type !== FRAME.settings) {
      return breach(`${nameOf(type)} before SETTINGS`);
    }
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
      case FRAME.priority:
        return this.#onPriority(frame);
      case FRAME.pushPromise:
        return breach("PUSH_PROMISE, though push is off");
      default:
        return this.#idle(frame);
    }
  }

  #onData(frame: Frame): Fault | null {
    const size = sizeOf(frame);
    return this.#place(frame) ?? this.#unpad(frame) ??
      this.#handler.onPiece(frame, size);
  }

  #onHeaders(frame: Frame): Fault | null {
    const { stream, flags, payload } = frame;
    const size = sizeOf(frame);
    const fault = this.#place(frame) ?? this.#unpad(frame);
    if (fault !== null) return fault;
    if (flags & FLAG.priority) payload.start += PRIORITY_BYTES;
    if (payload.start > payload.end) return wrongSize("HEADERS", size);
    const isLast = (flags & FLAG.endStream) !== 0;
    if (flags & FLAG.endHeaders) {
      return this.#handler.onBlock(stream, payload, isLast);
    }
    this.#block.begin(stream, isLast, payload);
    return null;
  }

  #onContinuation(frame: Frame): Fault | null {
    const block = this.#block;
    const { stream, flags, payload } = frame;
    if (stream !== block.stream) {
      return breach(
        `CONTINUATION of stream ${stream} in a block of stream ${block.stream}`,
      );
    }
    if (!block.add(payload)) return this.#tooLargeBlock();
    if (!(flags & FLAG.endHeaders)) {
      // Its bytes have a bound of their own.
      return this.#budget.spend("CONTINUATION", 0);
    }
    return this.#handler.onBlock(stream, block.finish(), block.isLast);
  }

  #tooLargeBlock(): Fault {
    const limit = `${this.#maxHeadBytes} (limits.max_head_bytes)`;
    const reason = `a response head has more bytes than ${limit}, by far`;
    return { code: ERROR.enhanceYourCalm, kind: "too_large", reason };
  }

  #onReset(frame: Frame): Fault | null {
    if (sizeOf(frame) !== UINT32_BYTES) return wrongSizeOf(frame);
    const { stream, payload } = frame;
    return this.#place(frame) ??
      this.#handler.onReset(stream, readUint32(payload.bytes, payload.start));
  }

  #onWindowUpdate(frame: Frame): Fault | null {
    const { stream, payload } = frame;
    if (sizeOf(frame) !== UINT32_BYTES) return wrongSizeOf(frame);
    const fault = stream === 0 ? null : this.#place(frame);
    if (fault !== null) return fault;
    const increment = readUint31(payload.bytes, payload.start);
    if (increment > 0) return this.#handler.onWindowUpdate(stream, increment);
    const empty = breach(`WINDOW_UPDATE of 0 on stream ${stream}`);
    return stream === 0 ? empty : this.#handler.onStreamFault(stream, empty);
  }

  #onSettings(frame: Frame): Fault | null {
    const isAck = (frame.flags & FLAG.ack) !== 0;
    const fault = onConnection(frame);
    if (fault !== null) return fault;
    if (isAck && !this.#hasSettings) {
      return breach("an acknowledgement before SETTINGS");
    }
    if (isAck && sizeOf(frame) > 0) {
      return wrongSize("SETTINGS acknowledgement", sizeOf(frame));
    }
    this.#hasSettings = true;
    return (isAck ? null : this.#handler.onSettings(frame.payload)) ??
      this.#idle(frame);
  }

  #onPing(frame: Frame): Fault | null {
    const fault = onConnection(frame);
    if (fault !== null) return fault;
    if (sizeOf(frame) !== PING_BYTES) return wrongSizeOf(frame);
    const isAck = (frame.flags & FLAG.ack) !== 0;
    return (isAck ? null : this.#handler.onPing(frame.payload)) ??
      this.#idle(frame);
  }

  #onGoaway(frame: Frame): Fault | null {
    const { payload } = frame;
    const fault = onConnection(frame);
    if (fault !== null) return fault;
    if (sizeOf(frame) < GOAWAY_BYTES) return wrongSizeOf(frame);
    const { bytes, start, end } = payload;
    const words = { bytes, start: start + GOAWAY_BYTES, end };
    const code = readUint32(bytes, start + UINT32_BYTES);
    this.#handler.onGoaway(readUint31(bytes, start), code, words);
    return this.#idle(frame);
  }

  /** A client ignores priorities; their frames have rules all the same (6.3). */
  #onPriority(frame: Frame): Fault | null {
    if (frame.stream === 0) return breach("PRIORITY on stream 0");
    if (sizeOf(frame) === PRIORITY_BYTES) return this.#idle(frame);
    return this.#handler.onStreamFault(frame.stream, wrongSizeOf(frame));
  }

  /** Refuses a frame on a stream that we never began. */
  #place({ type, stream }: Frame): Fault | null {
    if (this.#handler.isOurs(stream)) return null;
    return breach(`${nameOf(type)} on stream ${stream}, which was never begun`);
  }

  #unpad(frame: Frame): Fault | null {
    if (stripPadding(frame)) return null;
    return breach(
      `${nameOf(frame.type)} with more padding than it has room for`,
    );
  }

  #idle(frame: Frame): Fault | null {
    return this.#budget.spend(nameOf(frame.type), sizeOf(frame));
  }
}

/** Refuses a frame on a stream that only the whole connection may have. */
function onConnection({ type, stream }: Frame): Fault | null {
  return stream === 0 ? null : breach(`${nameOf(type)} on stream ${stream}`);
}

function wrongSizeOf(frame: Frame): Fault {
  return wrongSize(nameOf(frame.type), sizeOf(frame));
}

function sizeOf({ payload }: Frame): number {
  return payload.end - payload.start;
}

/** What came first where a SETTINGS frame should have come. */
function noHttp2(bytes: Uint8Array, length: number): string {
  const end = Math.min(length, SHOWN_BYTES);
  const start = textOf({ bytes, start: 0, end });
  const speaks = start.startsWith("HTTP/1.")
    ? "the peer speaks HTTP/1.1; is it protocol http instead?"
    : `it begins with "${start}"`;
  return `not HTTP/2: what came first is not a frame: ${speaks}`;
}
