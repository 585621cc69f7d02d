import { PassThrough, type Readable } from "node:stream";

/** Keys that are kept for questions to come; more are dropped. */
const WAITING_BYTES_MAX = 64 * 1024;
const ENTER: readonly number[] = [0x0d, 0x0a];
/** Ctrl-U: takes away what stands before the cursor. */
const CLEAR = 0x15;
const SPACE = 0x20;
const DELETE = 0x7f;

/** What the first letter that is typed does to what stands in a field already. */
export type Typing = "replaces" | "adds";

/**
 * Keys on their way to questions. What follows an Enter is kept until the next
 * question is asked: whoever types ahead, or faster than questions come, loses
 * nothing.
 */
export class KeyQueue {
  readonly #stream = new PassThrough();
  #waiting: readonly number[] = [];
  #isAsking = false;
  #typing: Typing = "adds";
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
  open(keys: "all" | "fresh", typing: Typing = "adds"): void {
    if (keys === "fresh") this.#waiting = [];
    this.#isAsking = true;
    this.#typing = typing;
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
    const keys = this.#waiting.slice(0, count);
    if (this.#typing === "replaces" && isLetter(keys[0]!)) keys.unshift(CLEAR);
    this.#typing = "adds";
    this.#stream.write(Uint8Array.from(keys));
    this.#waiting = this.#waiting.slice(count);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#feed();
    });
  }
}

/** Whether a key types something; the others edit, choose, or move the cursor. */
function isLetter(byte: number): boolean {
  return byte >= SPACE && byte !== DELETE;
}
