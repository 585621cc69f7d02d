import { PassThrough, type Readable } from "node:stream";

/** Keys that are kept for questions to come; more are dropped. */
const WAITING_BYTES_MAX = 64 * 1024;
const ENTER: readonly number[] = [0x0d, 0x0a];

/**
 * Keys on their way to questions. What follows an Enter is kept until the next
 * question is asked: whoever types ahead, or faster than questions come, loses
 * nothing.
 */
export class KeyQueue {
  readonly #stream = new PassThrough();
  #waiting: readonly number[] = [];
  #isAsking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Where a question reads. */
  get readable(): Readable {
    return this.#stream;
  }

  add(keys: Uint8Array): void {
    this.#waiting = [...this.#waiting, ...keys].slice(0, WAITING_BYTES_MAX);
    this.#feed();
  }

  /**
   * A question is open and reads.
   *
   * @param keys whether those count that were typed before it was asked
   */
  open(keys: "all" | "fresh"): void {
    if (keys === "fresh") this.#waiting = [];
    this.#isAsking = true;
    this.#feed();
  }

  /** The question has its answer. */
  close(): void {
    this.#isAsking = false;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stream.destroy();
  }

  /** Up to the next Enter; on it goes once that has had its effect. */
  #feed(): void {
    if (!this.#isAsking || this.#waiting.length === 0) return;
    if (this.#timer !== undefined) return;
    const enter = this.#waiting.findIndex((byte) => ENTER.includes(byte));
    const count = enter < 0 ? this.#waiting.length : enter + 1;
    this.#stream.write(Uint8Array.from(this.#waiting.slice(0, count)));
    this.#waiting = this.#waiting.slice(count);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#feed();
    });
  }
}
