import type { Config } from "../config/mod.ts";
import type { BuiltScript } from "../plan/build/mod.ts";
import type { Plan, TargetPlan } from "../plan/mod.ts";

type FaultPath = readonly (string | number)[];

/** Where a step stands: the number of one, or the name of one that a script has. */
interface StepPlace {
  readonly at: FaultPath;
  readonly k: number | string;
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
        : (built?.get(name)?.steps ?? []).map((k): StepPlace => ({
          at: ["journeys", i],
          k,
        }))
    ),
    ...placesOf(["setup"], setup?.steps ?? []),
  ];
  const { at, k } = steps[target - targets.length]!;
  // TLS is that of the whole journey, and its script is one for all steps.
  const [key, ...rest] = path;
  if (key === "tls") return [...at, ...path];
  if (typeof k === "number") return [...at, "steps", k, ...path];
  return key === "grpc" ? [...at, key, k, ...rest] : [...at, "script"];
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
