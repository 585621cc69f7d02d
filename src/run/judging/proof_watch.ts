import { ArrivalSource, laneOf } from "../../arrivals/mod.ts";
import type { Area, Traffic } from "../../pattern/mod.ts";
import {
  LANE_CELLS,
  LAW_BINS,
  type LawCounts,
  LAWS,
  NO_PROOF,
  type ProofSnapshot,
  Reading,
} from "../../stats/mod.ts";
import {
  CountsAgain,
  DispersionSums,
  lagProofOf,
  lawIn,
} from "../../verdict/mod.ts";
import {
  type OpenReplay,
  replaySourceOf,
  type SendPlan,
} from "../../worker/mod.ts";
import type { RunTotals } from "../run_totals.ts";

/**
 * How long after its end a second is compared with the plan: its requests have
 * to be counted by then.
 */
const SECONDS_TO_SETTLE = 3;

/** The last beats for which the number of arrivals so far is kept. */
const DUE_RING = 1024;

/** Options of a `ProofWatch`. */
export interface ProofWatchOptions {
  readonly traffic: Traffic;
  readonly totals: RunTotals;
  /** Lanes that this run sends. */
  readonly lanes: readonly number[];
  /** By the numbers that `plan` events have. */
  readonly plans: () => ReadonlyMap<number, SendPlan>;
}

/**
 * Proves what workers sent: makes the plan's arrivals once more, on another
 * thread and from nothing but plan and events, and holds the workers' counts
 * against them.
 */
export class ProofWatch {
  readonly #o: ProofWatchOptions;
  readonly #again = new CountsAgain();
  readonly #dispersion = new DispersionSums();
  #sources = new Map<number, ArrivalSource>();
  /**
   * Kept as long as plan time does not leap: old changes are folded, so the
   * area cannot be summed again.
   */
  #area: Area;
  #lastSlot = 0;
  /** Arrivals of all beats so far, and after each of the last ones. */
  #due = 0;
  #beats = 0;
  readonly #dueAfter = new Float64Array(DUE_RING);
  #lastSecond = -1;
  /** The result of the last look: snapshots are made ten times as often. */
  #proved: ProofSnapshot = NO_PROOF;

  /** The number of the plan whose source is in use. */
  #replay: OpenReplay | null = null;

  constructor(options: ProofWatchOptions) {
    this.#o = options;
    this.#area = options.traffic.newArea();
  }

  /** Makes the arrivals of a slot again; to be called for every slot, in the order of the beats. */
  walk(slot: number): void {
    const list = this.#sourceAt(slot).slot(slot);
    for (let i = 0; i < list.length; i++) {
      this.#again.plan(slot, laneOf(list.at(i)));
    }
    this.#again.made(slot);
    this.#lastSlot = slot;
    this.#due += list.length;
    this.#dueAfter[this.#beats++ % DUE_RING] = this.#due;
  }

  /** Arrivals of all beats before one of the last `DUE_RING`. */
  dueBefore(beat: number): number {
    if (beat <= 0) return 0;
    const isKnown = beat <= this.#beats && beat > this.#beats - DUE_RING;
    return isKnown ? this.#dueAfter[(beat - 1) % DUE_RING]! : this.#due;
  }

  /** Plan time leaps: the sum of the area does not hold any more. */
  leap(): void {
    this.#sources.clear();
    this.#area = this.#o.traffic.newArea();
  }

  /** Compares what is old enough; meant for once a second, after the counters were read. */
  look(): void {
    this.#again.compare(this.#handled, this.#lastSlot, this.#lost());
    this.#takeSeconds(SECONDS_TO_SETTLE);
    this.#proved = this.#prove();
  }

  /** Compares what is left, unless a slot was cut in its middle. */
  end(isHalted: boolean): void {
    if (!isHalted) this.#again.end(this.#handled, this.#lost());
    this.#takeSeconds(1);
    this.#proved = this.#prove();
    this.#replay?.[Symbol.dispose]();
    this.#replay = null;
  }

  /** What was proved at the last look. */
  read(): ProofSnapshot {
    return this.#proved;
  }

  /** Gaps between sends so far, as a copy. */
  law(): LawCounts {
    return Object.fromEntries(
      LAWS.map((name, kind) => [name, this.#law(kind).slice()]),
    );
  }

  #prove(): ProofSnapshot {
    const { collector: { own } } = this.#o.totals;
    const [poisson, uniform] = [this.#law(0), this.#law(1)];
    return {
      law: lawIn({ poisson, uniform }),
      counts: this.#again.read(this.#handled, this.#lost()),
      lag: lagProofOf(new Reading(own).sendLag()),
      dispersion: this.#dispersion.read(),
    };
  }

  #sourceAt(slot: number): ArrivalSource {
    const { traffic, lanes, plans } = this.#o;
    const number = traffic.events.at(slot).plan;
    const known = this.#sources.get(number);
    if (known !== undefined) return known;
    const { plan } = plans().get(number)!;
    this.#replay?.[Symbol.dispose]();
    this.#replay = replaySourceOf(plan, () => traffic);
    const source = new ArrivalSource({
      plan,
      lanes,
      traffic,
      area: this.#area,
      replay: this.#replay,
    });
    // Plans follow one another: an earlier one is not needed again.
    this.#sources = new Map([[number, source]]);
    return source;
  }

  get #cells(): Float64Array {
    return this.#o.totals.collector.own.regions[0]!.cells;
  }

  get #handled(): Float64Array {
    const { lanes } = this.#o.totals.layout;
    return this.#cells.subarray(lanes, lanes + LANE_CELLS);
  }

  #law(kind: number): Float64Array {
    const first = this.#o.totals.layout.law + kind * LAW_BINS;
    return this.#cells.subarray(first, first + LAW_BINS);
  }

  /** Arrivals that no worker counted: they were lost with one. */
  #lost(): number {
    const { missed } = new Reading(this.#o.totals.collector.own).run();
    return missed.worker_lost ?? 0;
  }

  /** Takes the seconds that ended so many seconds ago. */
  #takeSeconds(settled: number): void {
    const seconds = this.#o.totals.steps.lastSeconds();
    const last = seconds.length - settled;
    for (
      const { second, planned, sent } of seconds.slice(0, Math.max(0, last))
    ) {
      if (second <= this.#lastSecond) continue;
      this.#dispersion.take(planned, sent);
      this.#lastSecond = second;
    }
  }
}
