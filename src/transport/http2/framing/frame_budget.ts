import { breach, type Fault } from "./fault.ts";
import { ERROR } from "./frames.ts";

/**
 * Frames that bring no answer forward before it is a flood: SETTINGS, PING,
 * PRIORITY, GOAWAY, unknown ones, interim heads (1xx), empty DATA, and whatever
 * comes on streams that are over. RFC 9113, 10.5, names the dangers.
 */
export const MAX_IDLE_FRAMES = 1000;
/** So many bytes of such frames count as a frame more. */
const IDLE_BYTES_SHIFT = 10;
/**
 * Window updates that a DATA frame of ours may bring about: a peer may read in
 * small pieces, and tell of each on the stream and on the connection.
 */
const UPDATES_PER_DATA = 2;
const BYTES_PER_UPDATE_SHIFT = 9;

/**
 * What a peer may still send on a connection without bringing an answer
 * forward.
 *
 *   idle frame          −1, and −1 for each KiB of it
 *   final head          all is forgiven: it is the answer to a request of ours
 *   DATA with a body    +1: a body may come in any number of small pieces
 *   window update       free as far as DATA of ours has called for it; then idle
 */
export class FrameBudget {
  #spent = 0;
  #freeUpdates = 0;

  /** An answer began. */
  forgive(): void {
    this.#spent = 0;
  }

  /** A piece of a body came. */
  earn(): void {
    if (this.#spent > 0) this.#spent--;
  }

  /** DATA of ours was sent. */
  sent(bytes: number): void {
    this.#freeUpdates += UPDATES_PER_DATA + (bytes >> BYTES_PER_UPDATE_SHIFT);
  }

  /** A frame came that brings nothing; the result is set when it is one too many. */
  spend(type: string, bytes: number): Fault | null {
    this.#spent += 1 + (bytes >> IDLE_BYTES_SHIFT);
    if (this.#spent <= MAX_IDLE_FRAMES) return null;
    return breach(
      `more than ${MAX_IDLE_FRAMES} frames that bring no answer forward, ` +
        `the last one ${type}`,
      ERROR.enhanceYourCalm,
    );
  }

  /** A window update came. */
  spendUpdate(): Fault | null {
    if (this.#freeUpdates === 0) return this.spend("WINDOW_UPDATE", 0);
    this.#freeUpdates--;
    return null;
  }
}
