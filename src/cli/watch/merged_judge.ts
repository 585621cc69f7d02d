import { type Plan, seriesNames } from "../../plan/mod.ts";
import { scenarioNames, type Traffic } from "../../pattern/mod.ts";
import {
  growthOf,
  NO_TOTALS,
  type ProofSnapshot,
  subtractTotals,
  TALLY,
  type Totals,
} from "../../stats/mod.ts";
import type { Threshold } from "../../threshold/mod.ts";
import { Judging } from "../../verdict/mod.ts";

/** Where a run is when it is judged. */
export interface JudgedWhere {
  readonly slot: number;
  readonly atMs: number;
  readonly traffic: Traffic;
  readonly proof: ProofSnapshot;
}

/** Holds all parts together against the thresholds of the plan, second by second. */
export class MergedJudge {
  #plan: Plan;
  readonly #judging: Judging;
  #totals = NO_TOTALS;
  #atMs: number;

  /** @param beganMs plan time at which the run began */
  constructor(plan: Plan, beganMs: number) {
    this.#plan = plan;
    this.#judging = new Judging(() => this.#plan.targets);
    this.#judging.ask(plan.judging);
    this.#atMs = beganMs;
  }

  /** Goes on with the plan that is in force now. */
  follow(plan: Plan): void {
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#judging.ask(plan.judging);
  }

  /** Takes totals that are no growth of those before: parts have begun to leave something out. */
  forget(totals: Totals): void {
    this.#totals = totals;
  }

  /** Takes what has come since the last time. @returns what has just been broken */
  take(totals: Totals, where: JudgedWhere): Threshold[] {
    const seconds = Math.floor((where.atMs - this.#atMs) / 1000);
    const isIdle = where.traffic.events.at(where.slot).paused;
    if (seconds < 1 || isGoneBack(totals, this.#totals)) return [];
    this.#atMs += seconds * 1000;
    // What was sent before a pause is told a moment later: it waits for the next second.
    if (isIdle) return [];
    const growth = this.#growth(totals);
    return this.#judging.take({ ...growth, ...this.#where(where), seconds });
  }

  /** Judges for good. */
  end(totals: Totals, where: JudgedWhere): void {
    const seconds = Math.max(0, (where.atMs - this.#atMs) / 1000);
    const growth = this.#growth(totals);
    this.#judging.end({ ...growth, ...this.#where(where), seconds });
  }

  /** A threshold has ended the run; null = none has. */
  stop(threshold: Threshold | null): void {
    if (threshold !== null) this.#judging.stop(threshold);
  }

  get verdict() {
    return this.#judging.read();
  }

  get recovery() {
    return this.#judging.recovery();
  }

  #growth(totals: Totals) {
    const since = subtractTotals(totals, this.#totals);
    this.#totals = totals;
    return growthOf(since, seriesNames(this.#plan));
  }

  #where({ slot, atMs, traffic, proof: { law, counts, lag } }: JudgedWhere) {
    const { phase, scenarioIndex, spike } = traffic.partsAt(slot);
    const scenarios = scenarioNames(this.#plan.pattern);
    return {
      ...{ atMs, phase, spike, scenarios },
      scenario: scenarios[scenarioIndex] ?? null,
      proofs: { law: law.result, counts: counts.result, lag: lag.result },
    };
  }
}

/** A part that began again knows no more than it had told: that is no growth. */
function isGoneBack(now: Totals, before: Totals): boolean {
  const due = ({ targets, journeys = {} }: Totals) =>
    [...Object.values(targets), ...Object.values(journeys)]
      .flatMap(({ tallies }) => tallies)
      .reduce((sum, tally) => sum + tally[TALLY.due]!, 0);
  return due(now) < due(before);
}
