import type { Config } from "../config/mod.ts";
import type { Plan, TargetPlan } from "../plan/mod.ts";

type FaultPath = readonly (string | number)[];

/**
 * Where a config has something of one of `requestsOf`: a target, a step of a
 * journey, or one of the setup.
 */
export function pathOf(
  { targets, journeys, setup }: Pick<
    Config,
    "targets" | "journeys" | "setup"
  >,
  target: number,
  path: FaultPath,
): FaultPath {
  if (target < targets.length) return ["targets", target, ...path];
  const steps = [
    ...journeys.flatMap(({ steps }, i) => placesOf(["journeys", i], steps)),
    ...placesOf(["setup"], setup?.steps ?? []),
  ];
  const { at, k } = steps[target - targets.length]!;
  // TLS is that of the whole journey.
  return path[0] === "tls" ? [...at, ...path] : [...at, "steps", k, ...path];
}

function placesOf(
  at: FaultPath,
  steps: Config["journeys"][number]["steps"],
) {
  return steps.flatMap(({ name }, k) => name === undefined ? [] : [{ at, k }]);
}

/** All that a plan may send: targets, steps of journeys, and those of the setup. */
export function requestsOf(
  { targets, setup }: Pick<Plan, "targets" | "setup">,
): readonly TargetPlan[] {
  return [...targets, ...setup?.requests ?? []];
}
