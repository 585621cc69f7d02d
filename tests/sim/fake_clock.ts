import type { Cancel, Clock } from "../../src/base/mod.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
  isCancelled: boolean;
}

/**
 * Time that moves only when told. Tasks run in the order of their instants;
 * between two tasks, promises that are ready go on.
 */
export class FakeClock implements Clock {
  /** How much later than asked a timer runs. */
  timerLateMs: () => number = () => 0;
  /** Length of a pass of the event loop: what `soon` takes, so that time always moves on. */
  passMs = 0.001;
  #nowMs: number;
  #wallOffsetMs: number;
  #heap: Timer[] = [];
  #order = 0;

  constructor(wallMs: number, nowMs = 1000) {
    this.#nowMs = nowMs;
    this.#wallOffsetMs = wallMs - nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wall(): number {
    return Math.floor(this.#nowMs + this.#wallOffsetMs);
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#at(Math.max(0, delayMs) + this.timerLateMs(), task);
  }

  soon(task: () => void): Cancel {
    return this.#at(this.passMs, task);
  }

  #at(inMs: number, task: () => void): Cancel {
    const timer: Timer = {
      atMs: this.#nowMs + inMs,
      order: this.#order++,
      task,
      isCancelled: false,
    };
    this.#push(timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Makes the wall clock jump. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Lets the monotonic clock pass without running anything: a frozen process. */
  freeze(forMs: number): void {
    this.#nowMs += forMs;
  }

  /** Runs everything that lies within the next `forMs`. */
  async run(forMs: number, onStep: () => void = () => {}): Promise<void> {
    const endMs = this.#nowMs + forMs;
    await settle();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#pop();
      if (next.isCancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.task();
      await null;
      onStep();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
    await settle();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(heap[i]!, heap[parent]!)) break;
      swap(heap, i, parent);
      i = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let i = 0;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) {
          least = child;
        }
      }
      if (least === i) return;
      swap(heap, i, least);
      i = least;
    }
  }
}

/** Lets every promise go on that is ready, however long the chain. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function swap(heap: Timer[], i: number, k: number): void {
  [heap[i], heap[k]] = [heap[k]!, heap[i]!];
}
