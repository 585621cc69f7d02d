import type { Clock } from "../base/mod.ts";

/** Time that one attempt may take. */
const POST_MS_MAX = 5000;
const ATTEMPTS = 2;
/** Wait before the second attempt. */
const RETRY_MS = 1000;
/** Changes that wait to be posted; the oldest gives way. */
const WAITING_MAX = 16;

/** What is posted when the breaker changes. */
export interface BreakerChange {
  readonly transition: "open" | "half-open" | "close";
  readonly reason: string;
  /** Plan time as ISO 8601. */
  readonly at: string;
  /** The run's id. */
  readonly run: string;
}

/** Posts changes of the breaker, one after the other, beside the traffic. */
export class Webhook {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #waiting: { readonly url: string; readonly body: string }[] = [];
  #isPosting = false;
  #isClosed = false;
  /** Aborts the post under way. */
  #giveUp: () => void = () => {};

  constructor(clock: Clock, log: (line: string) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes a change to be posted; returns at once. */
  post(url: string, change: BreakerChange): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= WAITING_MAX) {
      this.#waiting.shift();
      this.#log(`The web hook is slow: more than ${WAITING_MAX} posts wait`);
    }
    this.#waiting.push({ url, body: JSON.stringify(change) });
    if (!this.#isPosting) void this.#postAll();
  }

  /** Gives up what was not posted yet, and says so. */
  close(): void {
    const open = this.#waiting.length + Number(this.#isPosting);
    if (open > 0 && !this.#isClosed) {
      this.#log(
        `The web hook did not get the last changes of the breaker: ${open} posts were open at the end`,
      );
    }
    this.#waiting.length = 0;
    this.#isClosed = true;
    this.#giveUp();
  }

  async #postAll(): Promise<void> {
    this.#isPosting = true;
    for (let next; (next = this.#waiting.shift()) !== undefined;) {
      await this.#deliver(next.url, next.body);
    }
    this.#isPosting = false;
  }

  async #deliver(url: string, body: string): Promise<void> {
    let why: string | null = null;
    for (let attempt = 0; attempt < ATTEMPTS && !this.#isClosed; attempt++) {
      if (attempt > 0) await this.#pause(RETRY_MS);
      if (this.#isClosed) return;
      why = await this.#attempt(url, body);
      if (why === null) return;
    }
    if (this.#isClosed) return;
    // The address is not told: it is often a secret.
    this.#log(`The web hook did not take a change of the breaker: ${why}`);
  }

  /** Null when the post was accepted, else why it was not. */
  async #attempt(url: string, body: string): Promise<string | null> {
    const controller = new AbortController();
    let isLate = false;
    const cancel = this.#clock.after(POST_MS_MAX, () => {
      isLate = true;
      controller.abort();
    });
    this.#giveUp = () => {
      cancel();
      controller.abort();
    };
    try {
      const response = await fetch(url, {
        method: "POST",
        // A redirect is not followed: it counts as the answer.
        redirect: "manual",
        headers: { "content-type": "application/json" },
        body,
        signal: controller.signal,
      });
      // Its status is all that counts: a body, however long, is not read.
      await response.body?.cancel();
      return response.ok ? null : `it answered ${response.status}`;
    } catch {
      const late = `no answer within ${POST_MS_MAX / 1000} s`;
      return isLate ? late : "it cannot be reached";
    } finally {
      cancel();
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#giveUp = () => {
        cancel();
        resolve();
      };
    });
  }
}
