import type { Cancel, Clock } from "../../base/mod.ts";
import {
  DEFAULT_WINDOW_BYTES,
  type Fault,
  type FrameBudget,
  type FrameWriter,
  MAX_31_BITS,
  MAX_PAYLOAD_BYTES,
  pastWindow,
} from "./framing/mod.ts";
import type { Http2Stream } from "./stream.ts";

/** More than this is not queued for a peer that does not read. */
const MAX_AHEAD_BYTES = 256 * 1024;
/** When a full queue is looked at again. */
const LOOK_AGAIN_MS = 2;

/** Options of `Uploads`, from their connection. */
export interface UploadsOptions {
  readonly writer: FrameWriter;
  readonly clock: Clock;
  readonly budget: FrameBudget;
}

/**
 * Request bodies on their way, as far as the peer's windows let them
 * (RFC 9113, 5.2): those of the streams, and the one of the connection.
 *
 * A stream's window is the initial one plus what was added to it and minus what
 * was used since. So a new initial window costs nothing, however many streams
 * there are. What windows allow is sent once for all frames of one read.
 */
export class Uploads {
  readonly #writer: FrameWriter;
  readonly #clock: Clock;
  readonly #budget: FrameBudget;
  /** Streams whose body is not completely sent, first come first served. */
  readonly #waiting = new Set<Http2Stream>();
  #initialWindow = DEFAULT_WINDOW_BYTES;
  /** The window of the connection; no setting changes it. */
  #window = DEFAULT_WINDOW_BYTES;
  /** No stream has had more than this added to its window. */
  #largestShift = 0;
  #isDue = false;
  #cancelLook: Cancel | null = null;

  constructor({ writer, clock, budget }: UploadsOptions) {
    this.#writer = writer;
    this.#clock = clock;
    this.#budget = budget;
  }

  /** Reserves room for the whole body of a stream; false = it has to be sent in pieces. */
  takeWhole(stream: Http2Stream): boolean {
    const length = stream.bodyLength;
    if (length === 0) return true;
    if (this.#waiting.size > 0) return false;
    if (length > this.#window || length > this.#windowOf(stream)) return false;
    this.#take(stream, length);
    return true;
  }

  /** Sends the body of a stream as windows open. */
  begin(stream: Http2Stream): void {
    this.#waiting.add(stream);
    this.send();
  }

  /** Forgets a stream that is over. */
  remove(stream: Http2Stream): void {
    if (this.#waiting.size > 0) this.#waiting.delete(stream);
  }

  /**
   * Widens the connection's window. @returns the fault if it gets larger than a
   * window may be
   */
  widen(bytes: number): Fault | null {
    this.#window += bytes;
    this.#isDue = true;
    return this.#window <= MAX_31_BITS ? null : pastWindow("the connection");
  }

  /** Widens the window of one stream. */
  widenStream(stream: Http2Stream, bytes: number): Fault | null {
    stream.windowShift += bytes;
    this.#largestShift = Math.max(this.#largestShift, stream.windowShift);
    this.#isDue = true;
    if (this.#windowOf(stream) <= MAX_31_BITS) return null;
    return pastWindow(`stream ${stream.id}`);
  }

  /** Gives all streams another initial window. */
  setInitialWindow(
    bytes: number,
    streams: Iterable<Http2Stream>,
  ): Fault | null {
    if (bytes === this.#initialWindow) return null;
    this.#initialWindow = bytes;
    this.#isDue = true;
    if (bytes + this.#largestShift <= MAX_31_BITS) return null;
    // Perhaps it belonged to a stream that is over: it is not counted any more.
    this.#largestShift = 0;
    for (const { windowShift } of streams) {
      this.#largestShift = Math.max(this.#largestShift, windowShift);
    }
    if (bytes + this.#largestShift <= MAX_31_BITS) return null;
    return pastWindow("a stream, by SETTINGS_INITIAL_WINDOW_SIZE,");
  }

  /** Sends what the frames that were just read allow. */
  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    if (this.#waiting.size > 0) this.send();
  }

  /** Sends what may be sent now. */
  send(): void {
    for (const stream of this.#waiting) {
      while (this.#piece(stream) > 0) {
        if (this.#writer.queuedBytes > MAX_AHEAD_BYTES) {
          return this.#lookAgain();
        }
        this.#sendPiece(stream);
      }
      if (this.#window === 0) return;
    }
  }

  close(): void {
    this.#cancelLook?.();
    this.#waiting.clear();
  }

  /** Bytes that may be sent in one frame now. */
  #piece(stream: Http2Stream): number {
    const left = stream.bodyLength - stream.bodySent;
    const open = Math.min(this.#window, this.#windowOf(stream));
    return Math.min(left, open, MAX_PAYLOAD_BYTES);
  }

  #sendPiece(stream: Http2Stream): void {
    const { body } = stream;
    const from = stream.bodySent;
    const length = this.#piece(stream);
    this.#take(stream, length);
    const isLast = stream.bodySent === body.length;
    const piece = body.subarray(from, stream.bodySent);
    this.#writer.data(stream.id, piece, isLast);
    if (isLast) this.#waiting.delete(stream);
  }

  #windowOf({ windowShift }: Http2Stream): number {
    return this.#initialWindow + windowShift;
  }

  #take(stream: Http2Stream, bytes: number): void {
    stream.bodySent += bytes;
    stream.windowShift -= bytes;
    this.#window -= bytes;
    this.#budget.sent(bytes);
  }

  #lookAgain(): void {
    this.#cancelLook ??= this.#clock.after(LOOK_AGAIN_MS, () => {
      this.#cancelLook = null;
      this.send();
    });
  }
}
