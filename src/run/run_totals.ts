import type { Phase } from "../pattern/mod.ts";
import { type Plan, RUN_JOURNEYS_MAX, RUN_TARGETS_MAX } from "../plan/mod.ts";
import {
  Collector,
  FINE,
  GAUGE,
  type Histogram,
  Layout,
  Reading,
  reasonsOf,
  RecentWindow,
  regionOf,
  type SeriesNames,
  settled,
  type Snapshot,
  Steps,
  Sums,
  type Totals,
  totalsOf,
} from "../stats/mod.ts";
import { RunReasons } from "./run_reasons.ts";
import { composeSnapshot, type Moment } from "./compose_snapshot.ts";

/** All sums of a run: what workers counted, and what its plans said. */
export class RunTotals {
  readonly layout: Layout;
  readonly collector: Collector;
  readonly steps = new Steps();
  readonly recent = new RecentWindow(FINE);
  readonly reasons = new RunReasons();
  /** What another run had counted, if this one continues it. */
  #before: Snapshot["before"] = null;
  /** The same, complete. */
  former: Totals | null = null;

  constructor(readonly runId: string, scenarios: number) {
    this.layout = new Layout(RUN_TARGETS_MAX, RUN_JOURNEYS_MAX, scenarios);
    this.collector = new Collector(this.layout, this.steps);
  }

  /** Reads everything; meant for ten times a second. */
  read(): void {
    // Reasons first: a worker counts a failure before it reports why.
    this.reasons.take();
    this.collector.read();
  }

  /** Takes the response times so far as the end of a window; meant for once a second. */
  closeWindow(): void {
    this.recent.push(this.#response);
  }

  /** Adds what the plan says for one slot. */
  planSlot(second: number, planned: number, phase: Phase): void {
    this.steps.plan(second, planned, phase);
  }

  /** CPU milliseconds that workers spent waiting for the next instant. */
  get pollMs(): number {
    return this.collector.own.gauge(GAUGE.pollMs);
  }

  /** All totals, by the targets' names. */
  save({ targets, journeys, pattern: { scenarios } }: Plan): Totals {
    return totalsOf(this.collector.all, {
      targets,
      journeys,
      scenarios,
      reasonsOf: (target) => this.reasons.of(target),
    });
  }

  /** What another run had counted. */
  get before(): Snapshot["before"] {
    return this.#before;
  }

  /** Continues from another run's totals, with targets and journeys of these names. */
  restore(totals: Totals, names: SeriesNames): void {
    const { layout } = this;
    const all = settled(totals);
    this.former = all;
    const region = regionOf(all, layout, names);
    this.collector.attachFormer(region);
    this.#before = new Reading(new Sums(layout, [region])).run();
    for (const reason of reasonsOf(all, names, layout)) {
      this.reasons.restore(reason);
    }
  }

  /** Adds all response times of this process so far. */
  readonly #response = (sum: Histogram): void =>
    this.collector.own.addTo(sum, this.layout.run.response);

  /** Everything known, as of the last reading. */
  compose(moment: Moment): Snapshot {
    return composeSnapshot(this, moment);
  }
}
