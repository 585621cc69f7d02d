import { KarError } from "../base/mod.ts";
import type { ProtocolName } from "../protocol/mod.ts";
import type { Plan, TargetPlan } from "./types.ts";

/** Targets that a run can have over its whole life. */
export const RUN_TARGETS_MAX = 64;

/** What stands in a plan for a target of which only the counts are known. */
export function formerTarget(name: string, protocol: ProtocolName): TargetPlan {
  return {
    name,
    protocol,
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
 * @throws {KarError} when the run would have more than `RUN_TARGETS_MAX` targets
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
  return { ...next, targets };
}
