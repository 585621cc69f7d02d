import type { Phase } from "../pattern/mod.ts";
import { type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import {
  Collector,
  FINE,
  GAUGE,
  type Histogram,
  Layout,
  loadTotals,
  RecentWindow,
  type SavedTotals,
  saveTotals,
  type Snapshot,
  Steps,
} from "../stats/mod.ts";
import { composeSnapshot, type Moment } from "./view.ts";

/** All sums of a run: what workers counted, and what the plan said. */
export class Ledger {
  readonly layout: Layout;
  readonly collector: Collector;
  readonly steps = new Steps();
  readonly recent = new RecentWindow(FINE);
  /** What another run had counted, where this one goes on. */
  before: Snapshot | null = null;

  constructor(public plan: Plan, readonly runId: string) {
    this.layout = new Layout(RUN_TARGETS_MAX);
    this.collector = new Collector(this.layout, this.steps);
  }

  /** Reads everything; meant for ten times a second. */
  read(): void {
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
    return this.collector.gauge(GAUGE.pollMs);
  }

  /** All totals, by the targets' names. */
  save(): SavedTotals {
    return saveTotals(this.collector, this.layout, this.#names());
  }

  /** Goes on from another run's totals; only before anything is counted. */
  restore(totals: SavedTotals): void {
    const { collector, layout } = this;
    loadTotals(totals, { collector, layout, names: this.#names() });
    this.recent.begin(this.#response);
  }

  /** Adds all response times so far. */
  readonly #response = (sum: Histogram): void =>
    this.collector.histograms.addTo(sum, this.layout.run.response);

  #names(): string[] {
    return this.plan.targets.map(({ name }) => name);
  }

  /** Everything known, as of the last reading. */
  compose(moment: Moment): Snapshot {
    return composeSnapshot(this, moment);
  }
}
