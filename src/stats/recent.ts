import { cellMidUs, type Geometry, Histogram } from "./histogram.ts";

/** How far back *now* reaches, in readings of one second each. */
const WINDOW = 10;

/**
 * The samples of about the last ten seconds: the difference between a
 * histogram and the one of ten readings ago. Percentiles of now come from
 * here; percentiles are never averaged.
 */
export class RecentWindow {
  #past: Histogram[] = [];
  #now: Histogram;

  constructor(shape: Geometry) {
    this.#now = new Histogram(shape);
  }

  /** Begins with a total that is not recent. */
  begin(total: Histogram): void {
    this.#past = [total];
    this.#now = total;
  }

  /** Takes the total as it is now; meant for once a second. */
  push(total: Histogram): void {
    this.#past.push(this.#now);
    if (this.#past.length > WINDOW) this.#past.shift();
    this.#now = total;
  }

  /** What came since the oldest reading that is kept. */
  read(): Histogram {
    const before = this.#past[0];
    return before === undefined ? this.#now : difference(this.#now, before);
  }
}

/** The samples of `now` that are not in `before`; extremes to the width of a cell. */
function difference(now: Histogram, before: Histogram): Histogram {
  const rest = new Histogram(now.shape);
  rest.count = now.count - before.count;
  rest.sumMs = now.sumMs - before.sumMs;
  for (let cell = 0; cell < rest.counts.length; cell++) {
    const n = now.counts[cell]! - before.counts[cell]!;
    if (n === 0) continue;
    rest.counts[cell] = n;
    const ms = cellMidUs(now.shape, cell) / 1000;
    if (rest.minMs === Infinity) rest.minMs = ms;
    rest.maxMs = ms;
  }
  return rest;
}
