import { type FrameWriter, RECEIVE_WINDOW_BYTES } from "./framing/mod.ts";
import type { Http2Stream } from "./stream.ts";

/**
 * Windows are widened when half of them is used, so that large bodies cost few
 * frames. A peer that overruns a window cannot be told from one that sends as
 * fast as it may.
 */
const WIDEN_BYTES = RECEIVE_WINDOW_BYTES / 2;

/** How far the peer may send ahead: widens its windows as its bytes come. */
export class ReceiveWindows {
  readonly #writer: FrameWriter;
  /** Bytes of DATA since the connection's window was last widened. */
  #received = 0;

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  /** Counts DATA, whatever its stream. */
  take(bytes: number): void {
    this.#received += bytes;
    if (this.#received < WIDEN_BYTES) return;
    this.#writer.windowUpdate(0, this.#received);
    this.#received = 0;
  }

  /** Widens the window of a stream that goes on. */
  widen(stream: Http2Stream): void {
    if (stream.received < WIDEN_BYTES) return;
    this.#writer.windowUpdate(stream.id, stream.received);
    stream.received = 0;
  }
}
