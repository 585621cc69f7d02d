import type { MergedParts } from "../merge/mod.ts";
import { NO_RECOVERY } from "../threshold/mod.ts";
import type { Control } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { Moment } from "../run/mod.ts";
import {
  NO_PROOF,
  type RequestSample,
  type Step,
  type Totals,
} from "../stats/mod.ts";
import { checkMoment, checkPlan, type Later } from "./shape.ts";

/** A plan that went through JSON. */
export function planOf(text: string): Plan {
  const plan: Plan = JSON.parse(text);
  checkPlan(plan);
  return plan;
}

/** The machine on which a run was made. */
export interface Machine {
  readonly host: string;
  readonly os: string;
  readonly arch: string;
  readonly cores: number;
  readonly deno: string;
}

/** What a record knows of a process that wrote it, from its start on. */
export interface RunMeta {
  readonly runId: string;
  /** Version of kar. */
  readonly kar: string;
  readonly machine: Machine;
  readonly plan: Plan;
  /** Which of so many equal parts of the traffic it sent; 1 of 1 = all, 0 = it was merged of several. */
  readonly part: number;
  readonly parts: number;
  /** The run of a fleet that it belongs to; absent = it has no bus. */
  readonly fleet?: string | undefined;
  /** Plan time, milliseconds since the epoch. */
  readonly startMs: number;
  /** The same instant by the wall clock. */
  readonly begunMs: number;
  /** What another process had counted, which this one continued. */
  readonly before: Totals | null;
}

/** A sample by the name of its target. */
export interface StoredSample extends Omit<RequestSample, "target"> {
  readonly target: string;
}

/** What a report says besides the counts, without the plan, which is stored separately. */
export type StoredMoment = Omit<Moment, "plan">;

/** What is known only at the end: the finest sums, and the run's own steps. */
export interface Ending {
  readonly totals: Totals;
  readonly steps: readonly Step[];
  readonly stepMs: number;
}

/** A moment as text. */
export function momentText(moment: StoredMoment): string {
  return JSON.stringify(moment);
}

/** The same, read. */
export function momentOf(text: string): StoredMoment {
  return momentFrom(JSON.parse(text));
}

/** A moment that went through JSON, which has no NaN: that says that an operator has set nothing. */
export function momentFrom(
  moment: Omit<StoredMoment, Later> & Partial<StoredMoment>,
): StoredMoment {
  checkMoment(moment);
  const { proof = NO_PROOF, recovery = NO_RECOVERY, control, merged } = moment;
  return {
    ...moment,
    proof,
    recovery,
    control: controlOf(control),
    ...(merged && { merged: mergedOf(merged) }),
  };
}

function mergedOf({ spans, ...merged }: MergedParts): MergedParts {
  return {
    ...merged,
    spans: spans.map((span) => ({ ...span, control: controlOf(span.control) })),
  };
}

/** A control state that went through JSON. */
export function controlOf(control: Control): Control {
  const { base, max } = control as {
    readonly base: number | null;
    readonly max: number | null;
  };
  return { ...control, base: base ?? NaN, max: max ?? NaN };
}
