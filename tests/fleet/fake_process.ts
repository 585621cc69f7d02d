import type { Cancel, Clock } from "../../src/base/mod.ts";
import type { FakeClock } from "../sim/fake_clock.ts";

/**
 * A process in simulated time: it has a clock of its own, can be stopped and go
 * on, and can be killed. What was due while it was stopped happens when it goes
 * on; what its workers have to do comes first.
 */
export class FakeProcess implements Clock {
  isStopped = false;
  isDead = false;
  #waiting: { readonly isWorker: boolean; readonly task: () => void }[] = [];

  /** @param offsetMs its clock less the true one */
  constructor(readonly clock: FakeClock, readonly offsetMs: number) {}

  now(): number {
    return this.clock.now() + this.offsetMs;
  }

  wall(): number {
    return this.now();
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#after(delayMs, { isWorker: false, task });
  }

  /** The same for its workers, which run beside its main thread. */
  workerAfter(delayMs: number, task: () => void): Cancel {
    return this.#after(delayMs, { isWorker: true, task });
  }

  soon(task: () => void): Cancel {
    return this.after(0, task);
  }

  stop(): void {
    this.isStopped = true;
  }

  goOn(): void {
    this.isStopped = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const first of [true, false]) {
      for (const { isWorker, task } of waiting) {
        if (isWorker === first && !this.isDead) task();
      }
    }
  }

  kill(): void {
    this.isDead = true;
  }

  #after(
    delayMs: number,
    one: { readonly isWorker: boolean; readonly task: () => void },
  ): Cancel {
    let isCancelled = false;
    const task = () => {
      if (!isCancelled) one.task();
    };
    const cancel = this.clock.after(delayMs, () => {
      if (this.isDead) return;
      if (this.isStopped) this.#waiting.push({ ...one, task });
      else task();
    });
    return () => {
      isCancelled = true;
      cancel();
    };
  }
}
