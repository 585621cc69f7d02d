import { breach, type Fault } from "./fault.ts";
import { ERROR } from "./frames.ts";

/**
 * Frames that bring no answer forward before it is a flood: SETTINGS, PING,
 * PRIORITY, GOAWAY, unknown ones, interim heads (1xx), empty DATA, and whatever
 * comes on streams that are over. RFC 9113, 10.5, names the dangers.
 */
export const MAX_IDLE_FRAMES = 1000;
/** Bytes of such frames (2^8) that count as one more frame. */
const IDLE_BYTES_SHIFT = 8;
/** Bytes of a header block (2^5) that do: they cost most to read. */
const IDLE_BLOCK_BYTES_SHIFT = 5;
/**
 * A piece of a body that is smaller than the prefix of a gRPC message brings an
 * answer forward, but a million of them would be a flood. So would DATA that
 * still comes on a stream that kar gave up.
 */
const SMALL_PIECE_BYTES = 5;
const SMALL_PIECE_COST = 1 / 100;
/**
 * Window updates that one DATA frame of kar's may cause: a peer may read in
 * small pieces, and report each for the stream and for the connection.
 */
const UPDATES_PER_DATA = 2;
const BYTES_PER_UPDATE_SHIFT = 9;

/**
 * What a peer may still send on a connection without bringing an answer
 * forward.
 *
 *   idle frame          −1, and −1 for each 256 bytes of it, 32 of a header block
 *   final head          all is forgiven: it is the answer to a request of ours
 *   DATA with a body    +1: a body may come in any number of pieces
 *   DATA of 1–4 bytes   −1/100, and so does any of a stream that was given up
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
  piece(bytes: number): Fault | null {
    if (bytes < SMALL_PIECE_BYTES) {
      return this.#add(SMALL_PIECE_COST, "DATA of a few bytes");
    }
    this.#spent = Math.max(0, this.#spent - 1);
    return null;
  }

  /** A piece of the body came on a stream that kar gave up. */
  latePiece(): Fault | null {
    return this.#add(SMALL_PIECE_COST, "DATA of a stream that was given up");
  }

  /** DATA of ours was sent. */
  sent(bytes: number): void {
    this.#freeUpdates += UPDATES_PER_DATA + (bytes >> BYTES_PER_UPDATE_SHIFT);
  }

  /**
   * A useless frame came. @returns the fault if it is one too many
   */
  spend(type: string, bytes: number): Fault | null {
    return this.#add(1 + (bytes >> IDLE_BYTES_SHIFT), type);
  }

  /** A header block came that brings no answer forward. */
  spendBlock(type: string, bytes: number): Fault | null {
    return this.#add(1 + (bytes >> IDLE_BLOCK_BYTES_SHIFT), type);
  }

  #add(cost: number, type: string): Fault | null {
    this.#spent += cost;
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
