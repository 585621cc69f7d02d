import {
  formerJourney,
  formerTarget,
  type Plan,
  RUN_JOURNEYS_MAX,
  RUN_TARGETS_MAX,
} from "../../plan/mod.ts";
import { KarError } from "../../base/mod.ts";
import type { Totals } from "../../stats/mod.ts";
import type { ResolvedTarget } from "../../transport/mod.ts";
import type { SendPlan } from "../../worker/mod.ts";

/** The resolved form of a target to which nothing is sent. */
export const UNRESOLVED: ResolvedTarget = {
  tls: { ca: null, cert: null, key: null },
  grpc: null,
};

/** A plan with the targets that were in the run before it. */
export interface WithFormer {
  readonly sent: SendPlan;
  /** A line for the log for each of them. */
  readonly notes: readonly string[];
}

/**
 * Adds the targets that a saved run has counts of and the plan does not name,
 * because a target was renamed or removed. Nothing is sent to them; their
 * counts stay, since the run's own times and sums include them.
 *
 * @throws {KarError} `cannotStart` when a run cannot have so many
 */
export function withFormer(
  sent: SendPlan,
  totals: Totals | undefined,
): WithFormer {
  const { plan, variables, resolved, sources } = sent;
  const known = new Set(plan.targets.map(({ name }) => name));
  const former = Object.entries(totals?.targets ?? {})
    .filter(([name]) => !known.has(name))
    .map(([name, { protocol, step }]) =>
      formerTarget({ name, protocol, step })
    );
  const journeys = withFormerJourneys(plan, totals);
  const targets = [...plan.targets, ...former];
  if (targets.length > RUN_TARGETS_MAX) {
    throw new KarError(
      "cannotStart",
      `Cannot resume: with the saved ones the run would have ${targets.length} targets, at most ${RUN_TARGETS_MAX}; remove the saved state to start over`,
    );
  }
  return {
    sent: {
      variables,
      ...(sources && { sources }),
      plan: { ...plan, targets, ...journeys },
      resolved: [...resolved, ...former.map(() => UNRESOLVED)],
    },
    notes: former.filter(({ step }) => !step).map(({ name }) =>
      `Target "${name}" of the saved state is not in the configuration: nothing is sent to it, and its counts stay in the report`
    ),
  };
}

/** The journeys of the plan, and those that only the saved run had. */
function withFormerJourneys(
  { journeys = [] }: Plan,
  totals: Totals | undefined,
): Pick<Plan, "journeys"> {
  const known = new Set(journeys.map(({ name }) => name));
  const former = Object.keys(totals?.journeys ?? {})
    .filter((name) => !known.has(name))
    .map((name) => formerJourney(name));
  const all = [...journeys, ...former];
  if (all.length > RUN_JOURNEYS_MAX) {
    throw new KarError(
      "cannotStart",
      `Cannot resume: with the saved ones the run would have ${all.length} journeys, at most ${RUN_JOURNEYS_MAX}; remove the saved state to start over`,
    );
  }
  return all.length === 0 ? {} : { journeys: all };
}
