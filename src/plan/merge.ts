import { KarError } from "../base/mod.ts";
import { scenarioNames } from "../pattern/mod.ts";
import type { ProtocolName } from "../protocol/mod.ts";
import { RUN_JOURNEYS_MAX, type StepName } from "./journeys.ts";
import type { Plan, TargetPlan } from "./types.ts";

/** Targets that a run can have over its whole life. */
export const RUN_TARGETS_MAX = 64;

/** The number under which a journey as a whole is counted: behind all targets. */
export function journeySeries(journey: number): number {
  return RUN_TARGETS_MAX + journey;
}

/** Targets and journeys as they are counted: by number, and by name. */
export function seriesNames(
  { targets, journeys = [], pattern }: Pick<
    Plan,
    "targets" | "journeys" | "pattern"
  >,
): {
  readonly targets: readonly string[];
  readonly journeys: readonly string[];
  readonly scenarios: readonly string[];
} {
  return {
    targets: targets.map(({ name }) => name),
    journeys: journeys.map(({ name }) => name),
    scenarios: scenarioNames(pattern),
  };
}

/** The name of a series. */
export function seriesName(
  { targets, journeys = [] }: Pick<Plan, "targets" | "journeys">,
  series: number,
): string {
  return (series < RUN_TARGETS_MAX
    ? targets[series]
    : journeys[series - RUN_TARGETS_MAX])!.name;
}

/** What stands in a plan for a target of which only the counts are known. */
export function formerTarget(
  { name, protocol = "http", step }: {
    readonly name: string;
    readonly protocol?: ProtocolName | undefined;
    readonly step?: StepName | undefined;
  },
): TargetPlan {
  return {
    name,
    protocol,
    ...(step && { step }),
    url: "http://gone.invalid/",
    client: "wire",
    method: "GET",
    headers: [],
    body: null,
    weight: 0,
    timeoutMs: 0,
    ok: null,
    gone: true,
  };
}

/**
 * A plan that takes another one's place in a run: each target keeps its number,
 * so that its counts go on. Targets that are gone stay with weight 0, new ones
 * come at the end.
 *
 * @throws {KarError} when the run would have more targets or journeys than it
 *   can, or other scenarios
 */
export function mergePlans(current: Plan, next: Plan): Plan {
  const byName = new Map(next.targets.map((target) => [target.name, target]));
  const kept = current.targets.map((target) =>
    byName.get(target.name) ?? { ...target, weight: 0, gone: true as const }
  );
  const known = new Set(current.targets.map(({ name }) => name));
  const added = next.targets.filter(({ name }) => !known.has(name));
  const targets = [...kept, ...added];
  if (targets.length > RUN_TARGETS_MAX) {
    throw new KarError(
      "config",
      `Cannot reload: the run would have had ${targets.length} targets, at most ${RUN_TARGETS_MAX}; restart it`,
    );
  }
  checkScenarios(current, next);
  checkSetup(current, next);
  return { ...next, targets, ...mergeJourneys(current, next) };
}

/** What is counted by scenario has one place for each, which a run has from its start. */
function checkScenarios(current: Plan, next: Plan): void {
  const [before, after] = [current, next].map(({ pattern }) =>
    scenarioNames(pattern)
  );
  if (before!.join("\n") === after!.join("\n")) return;
  const names = before!.length === 0 ? "none" : before!.join(", ");
  throw new KarError(
    "config",
    `Cannot reload: scenarios were ${names}, and their names and order cannot change while a run goes on; restart it`,
  );
}

/** What a run has captured belongs to the setup that it began with. */
function checkSetup(current: Plan, next: Plan): void {
  if (JSON.stringify(current.setup) === JSON.stringify(next.setup)) return;
  throw new KarError(
    "config",
    "Cannot reload: setup was changed, and is run where a run begins; restart it",
  );
}

/** A journey keeps its number, as a target does. */
function mergeJourneys(current: Plan, next: Plan): Pick<Plan, "journeys"> {
  const before = current.journeys ?? [];
  const after = next.journeys ?? [];
  if (before.length + after.length === 0) return {};
  const byName = new Map(after.map((journey) => [journey.name, journey]));
  const known = new Set(before.map(({ name }) => name));
  const journeys = [
    ...before.map((journey) =>
      byName.get(journey.name) ??
        { ...journey, weight: 0, gone: true as const }
    ),
    ...after.filter(({ name }) => !known.has(name)),
  ];
  if (journeys.length > RUN_JOURNEYS_MAX) {
    throw new KarError(
      "config",
      `Cannot reload: the run would have had ${journeys.length} journeys, at most ${RUN_JOURNEYS_MAX}; restart it`,
    );
  }
  return { journeys };
}
