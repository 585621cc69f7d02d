import { KarError } from "../../../src/base/mod.ts";
import { planText, readPlan } from "../../../src/cli/fleet/plan/plan_text.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import { planWith, targetWith } from "../../sim/plans.ts";
import { shaOf } from "../fake_bus.ts";

/** A plan as the bus keeps it. */
export interface PlanOnBus {
  readonly plan: Plan;
  readonly text: string;
  readonly sha: string;
}

/** How plans of a history differ. */
export interface PlanWish {
  /** Requests a second. */
  readonly base: number;
  /** The name of its target. */
  readonly target: string;
  readonly arrivals?: Plan["arrivals"];
  /** A part that cannot send it; 0 = all can. */
  readonly notBy?: number;
}

/** A plan of a history. */
export function planOnBus(
  { base, target, arrivals = "poisson", notBy = 0 }: PlanWish,
): PlanOnBus {
  const made = planWith({
    arrivals,
    pattern: { base, rampUpMs: 3000 },
    targets: [targetWith({ name: target })],
    variables: notBy === 0 ? [] : [`NOT_BY_${notBy}`],
  });
  const text = planText(made);
  return { plan: readPlan(text), text, sha: shaOf(text) };
}

/** Reads a plan where a part is sent. @throws {KarError} for one that it cannot send */
export function planFor(part: number, text: string): Plan {
  const plan = readPlan(text);
  if (!plan.variables.includes(`NOT_BY_${part}`)) return plan;
  throw new KarError("config", `Part ${part} has not what it needs`);
}
