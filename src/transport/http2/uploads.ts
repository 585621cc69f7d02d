import type { Cancel, Clock } from "../../base/mod.ts";
import { MAX_31_BITS, MAX_PAYLOAD_BYTES } from "./frames.ts";
import type { Stream } from "./stream.ts";
import type { FrameWriter } from "./writer.ts";

/** More than this is not queued for a peer that does not read. */
const MAX_AHEAD_BYTES = 256 * 1024;
/** When a full queue is looked at again. */
const LOOK_AGAIN_MS = 2;
/** The window of a connection at its beginning; no setting changes it. */
const FIRST_WINDOW_BYTES = 65_535;

/** What uploads need from their connection. */
export interface UploadsOptions {
  readonly writer: FrameWriter;
  readonly clock: Clock;
  readonly body: Uint8Array;
}

/**
 * Request bodies on their way, as far as the peer's windows let them
 * (RFC 9113, 5.2): those of the streams, and the one of the connection.
 */
export class Uploads {
  readonly #writer: FrameWriter;
  readonly #clock: Clock;
  readonly #body: Uint8Array;
  /** Streams whose body is not sent whole, first come first served. */
  readonly #waiting = new Set<Stream>();
  #window = FIRST_WINDOW_BYTES;
  #cancelLook: Cancel | null = null;

  constructor({ writer, clock, body }: UploadsOptions) {
    this.#writer = writer;
    this.#clock = clock;
    this.#body = body;
  }

  /** Takes room for the whole body of a stream; false = it has to go in pieces. */
  takeWhole(stream: Stream): boolean {
    const { length } = this.#body;
    if (length === 0) return true;
    if (this.#waiting.size > 0) return false;
    if (length > this.#window || length > stream.sendWindow) return false;
    this.#take(stream, length);
    return true;
  }

  /** Sends the body of a stream as windows open. */
  begin(stream: Stream): void {
    this.#waiting.add(stream);
    this.send();
  }

  /** Forgets a stream that is over. */
  remove(stream: Stream): void {
    if (this.#waiting.size > 0) this.#waiting.delete(stream);
  }

  /** Widens the connection's window; false = past what a window may be. */
  widen(bytes: number): boolean {
    this.#window += bytes;
    if (this.#window > MAX_31_BITS) return false;
    this.send();
    return true;
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
  #piece(stream: Stream): number {
    const left = this.#body.length - stream.bodySent;
    const open = Math.min(this.#window, stream.sendWindow);
    return Math.min(left, open, MAX_PAYLOAD_BYTES);
  }

  #sendPiece(stream: Stream): void {
    const from = stream.bodySent;
    const length = this.#piece(stream);
    this.#take(stream, length);
    const isLast = stream.bodySent === this.#body.length;
    const piece = this.#body.subarray(from, stream.bodySent);
    this.#writer.data(stream.id, piece, isLast);
    if (isLast) this.#waiting.delete(stream);
  }

  #take(stream: Stream, bytes: number): void {
    stream.bodySent += bytes;
    stream.sendWindow -= bytes;
    this.#window -= bytes;
  }

  #lookAgain(): void {
    this.#cancelLook ??= this.#clock.after(LOOK_AGAIN_MS, () => {
      this.#cancelLook = null;
      this.send();
    });
  }
}
