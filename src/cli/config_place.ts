import type { Config } from "../config/mod.ts";

type FaultPath = readonly (string | number)[];

/**
 * Where a config has something of a plan's target, which may be a step of a
 * journey.
 */
export function pathOf(
  { targets, journeys }: Pick<Config, "targets" | "journeys">,
  target: number,
  path: FaultPath,
): FaultPath {
  if (target < targets.length) return ["targets", target, ...path];
  const steps = journeys.flatMap((journey, i) =>
    journey.steps.flatMap((step, k) =>
      step.name === undefined ? [] : [{ i, k }]
    )
  );
  const { i, k } = steps[target - targets.length]!;
  // TLS is that of the whole journey.
  return path[0] === "tls"
    ? ["journeys", i, ...path]
    : ["journeys", i, "steps", k, ...path];
}
