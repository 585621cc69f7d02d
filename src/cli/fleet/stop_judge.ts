import { slotStartMs } from "../../base/mod.ts";
import {
  commonEvents,
  type FleetRow,
  fleetTraffic,
  slotAtMs,
  type StoredEvent,
} from "../../fleet/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { proofOf } from "../../record/mod.ts";
import { sumTotals } from "../../stats/mod.ts";
import type { Threshold } from "../../threshold/mod.ts";
import type { PlanChain } from "./plan/plan_chain.ts";
import type { Heard } from "../watch/heard.ts";
import { MergedJudge } from "../watch/merged_judge.ts";

/** What judging for all parts needs. */
export interface StopJudgeOptions {
  readonly plans: PlanChain;
  readonly row: FleetRow;
  /** The part that this process sends. */
  readonly part: number;
  readonly heard: Pick<
    Heard,
    "latest" | "toldLately" | "events" | "isTelling"
  >;
  /** Now, by the bus's clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/**
 * Holds all parts together against the thresholds that end a run. Each member
 * has one, and only that of the lowest living part judges; when it dies, the
 * next one begins with all that was told so far.
 */
export class StopJudge {
  readonly #o: StopJudgeOptions;
  #judge: MergedJudge | null = null;
  #broken: Threshold | null = null;

  constructor(options: StopJudgeOptions) {
    this.#o = options;
  }

  /**
   * Judges what was told by now; meant for once a second.
   *
   * @returns what ends the run, again and again until somebody has ended it;
   *   null = nothing does, or another part has to say so
   */
  look(): Threshold | null {
    const { heard, part } = this.#o;
    // Reads nothing: in all members but one, nobody needs it.
    const lowest = heard.latest.find(({ part }) => heard.isTelling(part));
    if (lowest?.part !== part || heard.events.some(isStop)) {
      this.#judge = null;
      return this.#broken = null;
    }
    return this.#broken ??= this.#take() ?? null;
  }

  #take(): Threshold | undefined {
    const { plans, row, heard, nowMs } = this.#o;
    const slot = slotAtMs(row, nowMs()) - 1;
    if (slot < row.fireSlot) return undefined;
    this.#judge ??= new MergedJudge(plans.last, slotStartMs(row.fireSlot));
    this.#judge.follow(plans.last);
    const { first: plan, later } = plans;
    const run = { plan, later, row, events: plans.knownOf(row, heard.events) };
    const traffic = fleetTraffic({ ...run, events: commonEvents(run) });
    const told = heard.toldLately;
    const totals = sumTotals(told.map(({ totals }) => totals));
    const proof = proofOf(told.map(({ moment }) => moment.proof));
    const atMs = slotStartMs(slot + 1);
    return this.#judge.take(totals, { slot, atMs, traffic, proof })
      .find(({ action }) => action === "stop");
  }
}

/** Whether a plan has thresholds that end a run. */
export function canStop({ judging }: Plan): boolean {
  return judging?.thresholds.some(({ action }) => action === "stop") ?? false;
}

/** What asks all parts to end because of a threshold: its number tells which. */
export function stopFor({ judging }: Plan, threshold: Threshold) {
  const value = judging!.thresholds.indexOf(threshold) + 1;
  return { kind: "stop", value, durationMs: 0 } as const;
}

/** The threshold for which a run was ended; null = a person did it, or nobody. */
export function stoppedFor(
  { judging }: Plan,
  events: readonly StoredEvent[],
): Threshold | null {
  const stop = events.find(isStop);
  return judging?.thresholds[(stop?.value || 0) - 1] ?? null;
}

function isStop({ kind }: StoredEvent): boolean {
  return kind === "stop";
}
