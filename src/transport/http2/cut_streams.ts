import {
  breach,
  ERROR,
  type Fault,
  type FrameBudget,
  RECEIVE_WINDOW_BYTES,
} from "./framing/mod.ts";
import type { Http2Stream } from "./stream.ts";

/** Streams whose end is awaited; the oldest is forgotten first. */
const MAX_CUT_STREAMS = 1000;
/** Heads that an answer may have: its own, and its trailers. */
const ANSWER_HEADS = 2;

interface CutStream {
  /** Bytes of DATA that the peer may still send. */
  windowBytes: number;
  heads: number;
}

/**
 * Streams that kar gave up before the peer had ended them, and frames on them
 * and on streams that are over. The late answer to the former is in order (RFC
 * 9113, 5.1): the peer may not know yet. After the end of a stream only frames
 * may come that count against the peer's budget.
 */
export class CutStreams {
  readonly #budget: FrameBudget;
  readonly #onLateAnswer: () => void;
  readonly #streams = new Map<number, CutStream>();
  #hasForgotten = false;

  constructor(budget: FrameBudget, onLateAnswer: () => void) {
    this.#budget = budget;
    this.#onLateAnswer = onLateAnswer;
  }

  /** Gives a stream up. */
  add({ id, received }: Http2Stream): void {
    if (this.#streams.size >= MAX_CUT_STREAMS) {
      const [oldest] = this.#streams.keys();
      this.#streams.delete(oldest!);
      this.#hasForgotten = true;
    }
    const windowBytes = RECEIVE_WINDOW_BYTES - received;
    this.#streams.set(id, { windowBytes, heads: 0 });
  }

  /** Takes a header block of `bytes` on a stream that is not open. */
  onHead(
    id: number,
    bytes: number,
    { isFinal, isLast }: {
      readonly isFinal: boolean;
      readonly isLast: boolean;
    },
  ): Fault | null {
    const stream = this.#streams.get(id);
    const isLate = isFinal && stream !== undefined &&
      ++stream.heads <= ANSWER_HEADS;
    const fault = this.#place(id, "HEADERS", isLast);
    if (fault !== null) return fault;
    if (isLate) {
      this.#budget.forgive();
      this.#onLateAnswer();
      return null;
    }
    return this.#budget.spendBlock("HEADERS of no open stream", bytes);
  }

  /** Takes DATA of `bytes` on a stream that is not open. */
  onData(id: number, bytes: number, isLast: boolean): Fault | null {
    const stream = this.#streams.get(id);
    if (stream !== undefined && (stream.windowBytes -= bytes) < 0) {
      return breach(
        `DATA past the window of stream ${id}, which was given up`,
        ERROR.flowControl,
      );
    }
    const fault = this.#place(id, "DATA", isLast);
    if (fault !== null || isLast) return fault;
    // The bytes that were on their way may be many small pieces.
    if (bytes > 0) return this.#budget.latePiece();
    return this.#budget.spend("empty DATA of no open stream", 0);
  }

  /** Takes the reset of a stream that is not open. */
  onReset(id: number): Fault | null {
    if (this.#streams.delete(id)) return null;
    return this.#budget.spend("RST_STREAM of no open stream", 0);
  }

  #place(id: number, type: string, isLast: boolean): Fault | null {
    // By now it is not known which streams were forgotten.
    if (!this.#streams.has(id) && !this.#hasForgotten) {
      return breach(
        `${type} on stream ${id} after its end`,
        ERROR.streamClosed,
      );
    }
    if (isLast) this.#streams.delete(id);
    return null;
  }
}
