import type { Cancel, Clock } from "../../src/base/mod.ts";

/** One worker's view of time: it can be held, as a thread that hangs. */
export class GatedClock implements Clock {
  readonly #clock: Clock;
  #held: (() => void)[] | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  wall(): number {
    return this.#clock.wall();
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#gated(task, (run) => this.#clock.after(delayMs, run));
  }

  soon(task: () => void): Cancel {
    return this.#gated(task, (run) => this.#clock.soon(run));
  }

  #gated(task: () => void, ask: (run: () => void) => Cancel): Cancel {
    let isCancelled = false;
    const run = () => {
      if (isCancelled) return;
      if (this.#held === null) task();
      else this.#held.push(run);
    };
    const cancel = ask(run);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Lets nothing run any more. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets everything run that has become due. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const run of held) run();
  }
}
