import type { Cancel } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import { GuardedObserver } from "./guarded_observer.ts";
import type { LogLine, Observer, Tell } from "./observer.ts";

/** How long the end of a run waits for its observers, once for each step. */
const PATIENCE_MS = 4000;

/** What observers are called with. */
export interface ObserversOptions {
  /** Calls `task` again and again. */
  readonly every: (intervalMs: number, task: () => void) => Cancel;
  /** Absent = 4 s. */
  readonly patienceMs?: number;
}

/**
 * All who follow one run, as one. None of its functions throws, and those that
 * wait do so for all at once and for a bounded time.
 */
export class Observers implements Required<Omit<Observer, "look">> {
  readonly name = "observers";
  readonly #every: ObserversOptions["every"];
  readonly #patienceMs: number;
  readonly #all: GuardedObserver[] = [];

  constructor({ every, patienceMs = PATIENCE_MS }: ObserversOptions) {
    this.#every = every;
    this.#patienceMs = patienceMs;
  }

  /** Adds some, before the run has begun; lines of before are not told again. */
  add(...observers: readonly Observer[]): void {
    for (const observer of observers) {
      const guarded = new GuardedObserver(observer, {
        every: this.#every,
        patienceMs: this.#patienceMs,
        failed: (what) => this.#tellFailure(guarded, what),
      });
      this.#all.push(guarded);
    }
  }

  /** Tells all of them a line. Uses no `this`, so it can be passed as a function. */
  readonly say: Tell = (message, level = "info") =>
    this.line({ level, message });

  line(line: LogLine): void {
    for (const each of this.#all) each.line(line);
  }

  /** Done once all have begun; a run does not wait for that. */
  async begun(run: Run, stop: () => void): Promise<void> {
    await Promise.all(this.#all.map((each) => each.begun(run, stop)));
  }

  async ended(snapshot: Snapshot): Promise<void> {
    await Promise.all(this.#all.map((each) => each.ended(snapshot)));
  }

  /** Closes each once, however often it is called. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((each) => each.close()));
  }

  /** The other observers are told: the one that failed may be the one that shows lines. */
  #tellFailure(failed: GuardedObserver, what: string): void {
    const message = `The ${failed.name} ${what}`;
    for (const each of this.#all) {
      if (each !== failed) each.line({ level: "warn", message });
    }
  }
}
