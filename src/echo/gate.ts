import { Fate, type Faults } from "./faults.ts";

/** What a held request gets in the end. */
export type Verdict = "answer" | "error";

/** Requests held at once; one more is refused, as by a server with a full queue. */
export const MAX_HELD = 100_000;

/**
 * Holds and refuses requests as the faults say. One for the whole server, so
 * that a stall freezes every port at once.
 */
export class Gate {
  /** Whether there is anything to hold or refuse at all. */
  readonly active: boolean;
  readonly #fate: Fate;
  readonly #held = new Map<ReturnType<typeof setTimeout>, () => void>();
  #arrived = 0;
  #firstMs = 0;
  #released = false;

  constructor(faults: Faults) {
    const { latency, errorShare, stall } = faults;
    this.active = latency !== null || errorShare > 0 || stall !== null;
    this.#fate = new Fate(faults);
  }

  /** Takes the next request; resolves when it is time to answer it. */
  async pass(): Promise<Verdict> {
    const index = this.#arrived++;
    if (index === 0) this.#firstMs = performance.now();
    if (this.#held.size >= MAX_HELD) return "error";
    await this.pause(this.#fate.latencyMs(index));
    return this.#fate.fails(index) ? "error" : "answer";
  }

  /** Lets `ms` pass, and the stall if there is one. */
  async pause(ms: number): Promise<void> {
    const holdMs = this.#fate.holdMs(ms, performance.now() - this.#firstMs);
    if (holdMs > 0 && !this.#released) await this.#hold(holdMs);
  }

  /** Lets everyone go, now and from now on: the server is closing. */
  release(): void {
    this.#released = true;
    for (const [timer, resolve] of this.#held) {
      clearTimeout(timer);
      resolve();
    }
    this.#held.clear();
  }

  #hold(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#held.delete(timer);
        resolve();
      }, ms);
      this.#held.set(timer, resolve);
    });
  }
}
