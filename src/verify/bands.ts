import { FAULTS_MAX, type LogFault } from "./types.ts";

const SEC_MS = 1000;

/**
 * How many lines a log must and may have by the end of each second. A request
 * is in the log between its intended instant, less what clocks are apart, and
 * that plus the longest time a request took:
 *
 * ```
 *  lines │      ╭────── may: by its earliest instant
 *        │    ╭─╯ ╭──── the log
 *        │  ╭─╯ ╭─╯
 *        │──╯───╯────── must: by its latest
 *        └────────────▶ seconds
 * ```
 *
 * So latency moves lines between seconds, and one that is lost or doubled
 * leaves the band for good.
 */
export class CountBands {
  readonly #firstSec: number;
  readonly #must: Int32Array;
  readonly #may: Int32Array;
  readonly #lines: Int32Array;
  #planned = 0;

  /** @param fromMs no request is in the log before; @param toMs or after */
  constructor(fromMs: number, toMs: number) {
    this.#firstSec = Math.floor(fromMs / SEC_MS);
    const seconds = Math.floor(toMs / SEC_MS) - this.#firstSec + 1;
    this.#must = new Int32Array(seconds);
    this.#may = new Int32Array(seconds);
    this.#lines = new Int32Array(seconds);
  }

  /** Requests planned so far. */
  get planned(): number {
    return this.#planned;
  }

  /** Adds a request that was planned, by the instants between which its line is stamped. */
  plan(earliestMs: number, latestMs: number): void {
    this.#may[this.#at(earliestMs)]!++;
    this.#must[this.#at(latestMs)]!++;
    this.#planned++;
  }

  /** Adds one of which nobody knows whether it was sent. */
  perhaps(earliestMs: number): void {
    this.#may[this.#at(earliestMs)]!++;
  }

  /** Takes requests away that have no line, and others that may have none, whenever they were. */
  take({ missed, unanswered }: {
    readonly missed: number;
    readonly unanswered: number;
  }): void {
    this.#must[0]! -= missed + unanswered;
    this.#may[this.#may.length - 1]! -= missed;
  }

  /** Adds a line; false = it lies outside of the run. */
  line(atMs: number): boolean {
    const second = Math.floor(atMs / SEC_MS) - this.#firstSec;
    // Also false for what is no number.
    if (!(second >= 0 && second < this.#lines.length)) return false;
    this.#lines[second]!++;
    return true;
  }

  /** Where lines are missing or too many, by time. */
  faults(): BandFaults {
    const found = new FoundFaults();
    let must = 0;
    let may = 0;
    let lines = 0;
    // The last edges at which nothing could be missing, and nothing too much.
    let full = 0;
    let lean = 0;
    for (let i = 0; i < this.#lines.length; i++) {
      must += this.#must[i]!;
      may += this.#may[i]!;
      lines += this.#lines[i]!;
      if (lines < must) {
        found.add(this.#fault("missing", must - lines, [full, i + 1]));
        lines = must;
      } else if (lines > may) {
        found.add(this.#fault("surplus", lines - may, [lean, i + 1]));
        lines = may;
      }
      if (lines >= may) full = i + 1;
      if (lines <= must) lean = i + 1;
    }
    return found;
  }

  #fault(
    kind: LogFault["kind"],
    lines: number,
    [from, to]: readonly [number, number],
  ): LogFault {
    return {
      kind,
      lines,
      fromMs: (this.#firstSec + from) * SEC_MS,
      toMs: (this.#firstSec + to) * SEC_MS,
    };
  }

  #at(ms: number): number {
    const second = Math.floor(ms / SEC_MS) - this.#firstSec;
    return Math.min(this.#lines.length - 1, Math.max(0, second));
  }
}

/** All lines that are missing or too many, and the first stretches of them. */
export interface BandFaults {
  readonly missing: number;
  readonly surplus: number;
  readonly faults: readonly LogFault[];
}

class FoundFaults implements BandFaults {
  missing = 0;
  surplus = 0;
  readonly faults: LogFault[] = [];

  /** Faults of one kind that follow each other are one stretch. */
  add(fault: LogFault): void {
    this[fault.kind] += fault.lines;
    const last = this.faults.at(-1);
    if (last?.kind === fault.kind && last.toMs >= fault.fromMs) {
      const lines = last.lines + fault.lines;
      this.faults[this.faults.length - 1] = {
        ...last,
        lines,
        toMs: fault.toMs,
      };
    } else if (this.faults.length < FAULTS_MAX) {
      this.faults.push(fault);
    }
  }
}
