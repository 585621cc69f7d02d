import {
  type Plan,
  RUN_JOURNEYS_MAX,
  RUN_TARGETS_MAX,
  seriesNames,
} from "../../plan/mod.ts";
import {
  type Distribution,
  FINE,
  Histogram,
  Layout,
  Reading,
  reasonsOf,
  regionOf,
  type Snapshot,
  subtractTotals,
  Sums,
  type Totals,
} from "../../stats/mod.ts";
import { composeSnapshot, type Moment } from "../../run/mod.ts";
import type { MergedTime } from "./merged_time.ts";

/** Seconds that "of late" means. */
const RECENT_SEC = 10;

/** Makes snapshots of totals, as a record does. */
export class MergedSums {
  #names: ReturnType<typeof seriesNames>;
  readonly #layout: Layout;
  /** Totals of the last seconds, the oldest first. */
  readonly #last: Totals[] = [];

  constructor(plan: Plan) {
    this.#names = seriesNames(plan);
    this.#layout = new Layout(
      RUN_TARGETS_MAX,
      RUN_JOURNEYS_MAX,
      this.#names.scenarios.length,
    );
  }

  /** Goes on with the plan that is in force now: it has the same scenarios. */
  follow(plan: Plan): void {
    this.#names = seriesNames(plan);
  }

  /** Notes totals once a second, for what is of late. */
  note(totals: Totals): void {
    this.#last.push(totals);
    if (this.#last.length > RECENT_SEC + 1) this.#last.shift();
  }

  /** The snapshot of totals and moment. */
  compose(
    totals: Totals,
    { runId, time, moment }: {
      readonly runId: string;
      readonly time: MergedTime;
      readonly moment: Moment;
    },
  ): Snapshot {
    const all = this.#sumsOf(totals);
    const reasons = reasonsOf(totals, this.#names, this.#layout);
    return composeSnapshot({
      runId,
      collector: { all, own: all },
      steps: time.steps,
      recent: { read: () => this.#recent(totals) },
      reasons: {
        of: (series) => reasons.filter(({ target }) => target === series),
        newest: null,
        samples: { list: [] },
      },
      before: null,
    }, moment);
  }

  #recent(totals: Totals): Distribution {
    const [before] = this.#last;
    if (before === undefined) return new Histogram(FINE).distribution();
    const sums = this.#sumsOf(subtractTotals(totals, before));
    return new Reading(sums).latency().response;
  }

  #sumsOf(totals: Totals): Sums {
    const region = regionOf(totals, this.#layout, this.#names);
    return new Sums(this.#layout, [region]);
  }
}
