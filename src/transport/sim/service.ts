import { draw, type StreamKey, streamKey } from "../../base/mod.ts";
import type { Outcome } from "../outcome.ts";
import type { SimOptions } from "./options.ts";

/** Streams of chance; no other use under a simulated server's seed has them. */
const STREAM = { time: 0x51a1, error: 0x51a2 } as const;

/**
 * When a simulated server is done with each request, known as it arrives:
 *
 *   arrival ──▶ waits for one of `capacity` places ──▶ is served ──▶ done
 *                                                       (longer by a stall)
 *
 * Request n takes median × e^(sigma × z) with z standard normal by Box and
 * Muller (1958) from draws 2n and 2n + 1, so it depends on (seed, n) alone.
 */
export class Service {
  readonly #options: SimOptions;
  readonly #time: StreamKey;
  readonly #error: StreamKey;
  /** When each place is free: a binary heap, the earliest in front. */
  readonly #freeMs: Float64Array;
  #requests = 0;

  constructor(options: SimOptions) {
    this.#options = options;
    this.#time = streamKey(options.seed, STREAM.time);
    this.#error = streamKey(options.seed, STREAM.error);
    this.#freeMs = new Float64Array(options.capacity ?? 0).fill(-Infinity);
  }

  /** Requests that arrived so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Takes the next request; returns when it is done. */
  arrive(nowMs: number): number {
    const n = this.#requests++;
    const takesMs = this.#serviceMs(n);
    if (this.#freeMs.length === 0) return this.#stalled(nowMs, takesMs);
    const startMs = Math.max(nowMs, this.#freeMs[0]!);
    const endMs = this.#stalled(startMs, takesMs);
    replaceLeast(this.#freeMs, endMs);
    return endMs;
  }

  /** What comes of the request that arrived last. */
  outcome(): Outcome {
    const { errorShare, errorOutcome, okOutcome } = this.#options;
    if (errorShare === 0) return okOutcome;
    const { a, b } = this.#error;
    const isError = draw(a, b, this.#requests - 1) < errorShare;
    return isError ? errorOutcome : okOutcome;
  }

  #serviceMs(n: number): number {
    const { medianMs, sigma } = this.#options;
    if (sigma === 0) return medianMs;
    const { a, b } = this.#time;
    // 1 − u keeps the logarithm away from 0.
    const radius = Math.sqrt(-2 * Math.log(1 - draw(a, b, 2 * n)));
    const normal = radius * Math.cos(2 * Math.PI * draw(a, b, 2 * n + 1));
    return medianMs * Math.exp(sigma * normal);
  }

  /** The end of a piece of work that stalls interrupt. */
  #stalled(startMs: number, takesMs: number): number {
    let endMs = startMs + takesMs;
    for (const [fromMs, toMs] of this.#options.stalls) {
      if (fromMs >= endMs) break;
      if (toMs > startMs) endMs += toMs - Math.max(fromMs, startMs);
    }
    return endMs;
  }
}

/** Replaces the front of a binary heap by a value that is no less. */
function replaceLeast(heap: Float64Array, value: number): void {
  let hole = 0;
  for (let child = 1; child < heap.length; child = 2 * hole + 1) {
    const right = child + 1;
    if (right < heap.length && heap[right]! < heap[child]!) child = right;
    if (heap[child]! >= value) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = value;
}
