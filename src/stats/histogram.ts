import { Distribution } from "./distribution.ts";
import { cellOf, type Geometry } from "./geometry.ts";

/**
 * Counts durations. Histograms of one geometry merge: associative, commutative,
 * with the empty one as identity. Counts are exact to 2^53.
 */
export class Histogram {
  readonly counts: Float64Array;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;

  constructor(readonly shape: Geometry) {
    this.counts = new Float64Array(shape.cells);
  }

  /** Counts one duration in milliseconds. */
  record(ms: number): void {
    this.counts[cellOf(this.shape, ms * 1000)]! += 1;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  /** Adds everything that another histogram of the same geometry holds. */
  add(other: Histogram): void {
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i]! += other.counts[i]!;
    }
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  /** Forgets everything. */
  clear(): void {
    this.counts.fill(0);
    this.sumMs = 0;
    this.minMs = Infinity;
    this.maxMs = 0;
  }

  /** Everything counted so far, as a value. */
  distribution(): Distribution {
    return new Distribution(this.shape, this.counts, this);
  }
}
