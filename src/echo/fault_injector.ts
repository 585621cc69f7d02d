import { FaultDraws, type Faults } from "./faults.ts";
import { ServiceLine } from "./service_line.ts";

/** What a held request gets in the end. */
export type InjectedOutcome = "answer" | "error";

/** Requests held at once; one more is refused, as by a server with a full queue. */
export const MAX_HELD = 100_000;

/**
 * Holds and refuses requests as the faults say. One for the whole server, so
 * that a stall freezes every port at once.
 */
export class FaultInjector {
  /** Whether there is anything to hold or refuse at all. */
  readonly active: boolean;
  readonly #draws: FaultDraws;
  readonly #line: ServiceLine;
  readonly #held = new Set<() => void>();
  #arrived = 0;
  #firstMs = 0;
  #released = false;

  constructor(faults: Faults) {
    const { latency, errorShare, stall, capacity } = faults;
    this.active = latency !== null || errorShare > 0 || stall !== null ||
      capacity !== null;
    this.#draws = new FaultDraws(faults);
    this.#line = new ServiceLine(capacity);
  }

  /**
   * Takes the next request; resolves when it is time to answer it.
   *
   * @param signal ends the wait when nobody wants the answer any more
   */
  async pass(signal?: AbortSignal): Promise<InjectedOutcome> {
    const index = this.#arrived++;
    if (index === 0) this.#firstMs = performance.now();
    if (this.#held.size >= MAX_HELD) return "error";
    const waitMs = this.#line.join(performance.now());
    await this.pause(waitMs + this.#draws.latencyMs(index), signal);
    return this.#draws.fails(index) ? "error" : "answer";
  }

  /** Lets `ms` pass, and the stall if there is one; `signal` as in `pass`. */
  async pause(ms: number, signal?: AbortSignal): Promise<void> {
    const holdMs = this.#draws.holdMs(ms, performance.now() - this.#firstMs);
    const isVain = this.#released || signal?.aborted;
    if (holdMs > 0 && !isVain) await this.#hold(holdMs, signal);
  }

  /** Lets everyone go, now and from now on: the server is closing. */
  release(): void {
    this.#released = true;
    for (const end of this.#held) end();
  }

  #hold(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#held.delete(end);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#held.add(end);
      signal?.addEventListener("abort", end);
    });
  }
}
