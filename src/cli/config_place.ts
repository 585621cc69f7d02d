import type { Config } from "../config/mod.ts";
import type { BuiltScript } from "../plan/build/mod.ts";
import type { Plan, TargetPlan } from "../plan/mod.ts";

type FaultPath = readonly (string | number)[];

/** Where a step stands; null = its script has it. */
interface StepPlace {
  readonly at: FaultPath;
  readonly k: number | null;
}

/**
 * Where a config has something of one of `requestsOf`: a target, a step of a
 * journey, or one of the setup.
 */
export function pathOf(
  { targets, journeys, setup, built }:
    & Pick<
      Config,
      "targets" | "journeys" | "setup"
    >
    & {
      /** The steps of its scripts, where these were read. */
      readonly built?: ReadonlyMap<string, BuiltScript> | undefined;
    },
  target: number,
  path: FaultPath,
): FaultPath {
  if (target < targets.length) return ["targets", target, ...path];
  const steps: readonly StepPlace[] = [
    ...journeys.flatMap(({ name, steps, script }, i) =>
      script === undefined
        ? placesOf(["journeys", i], steps)
        : (built?.get(name)?.steps ?? []).map((): StepPlace => ({
          at: ["journeys", i],
          k: null,
        }))
    ),
    ...placesOf(["setup"], setup?.steps ?? []),
  ];
  const { at, k } = steps[target - targets.length]!;
  // TLS is that of the whole journey, and its script is one for all steps.
  if (path[0] !== "tls" && k === null) return [...at, "script"];
  return path[0] === "tls" ? [...at, ...path] : [...at, "steps", k!, ...path];
}

function placesOf(
  at: FaultPath,
  steps: Config["journeys"][number]["steps"],
): StepPlace[] {
  return steps.flatMap(({ name }, k) => name === undefined ? [] : [{ at, k }]);
}

/** All that a plan may send: targets, steps of journeys, and those of the setup. */
export function requestsOf(
  { targets, setup }: Pick<Plan, "targets" | "setup">,
): readonly TargetPlan[] {
  return [...targets, ...setup?.requests ?? []];
}
