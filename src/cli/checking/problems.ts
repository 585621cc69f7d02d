import manifest from "../../../deno.json" with { type: "json" };
import { type Problem, told } from "../../config/mod.ts";
import { pathOf, requestsOf } from "../config_place.ts";
import { findFaults, isReflected } from "../../transport/clients/mod.ts";
import { type LoadedConfig, planOf } from "../load_plan.ts";
import type { System } from "../system.ts";
import { clockOf } from "./clock.ts";

/** What only the run can tell, since it takes an answer of the server: one line for each target. */
export function leftOpen(
  system: System,
  parsed: LoadedConfig,
): readonly string[] {
  if (parsed.config === null) return [];
  const { targets } = planOf(system, parsed, { drawnSeed: 0 }).plan;
  const { config, scripts } = parsed;
  const ofTargets = targets.flatMap((target, i) =>
    isReflected(target)
      ? [
        `${
          pathOf({ ...config, built: scripts?.built }, i, ["grpc"]).join(".")
        }: the method and message are checked when the run starts, by asking the server`,
      ]
      : []
  );
  return [...ofTargets, ...scripts?.notes ?? []];
}

/**
 * What of a config's targets cannot be used, told without asking anybody: what
 * a run would refuse, and a reload.
 */
export async function findProblems(
  system: System,
  parsed: LoadedConfig,
): Promise<readonly Problem[]> {
  const { config } = parsed;
  if (config === null) return [];
  const { plan, variables, sources } = planOf(system, parsed, {
    drawnSeed: 0,
  });
  const context = {
    clock: clockOf(system),
    limits: plan.limits,
    journeys: plan.journeys,
    setup: plan.setup,
    sources: { ...sources, seed: plan.pattern.seed },
    userAgent: `kar/${manifest.version}`,
    variables,
  };
  const faults = await Promise.all(
    requestsOf(plan).map((target) => findFaults(target, context)),
  );
  return told(
    faults.flatMap((found, i) =>
      found.map(({ path, message }) =>
        parsed.problemAt(
          pathOf({ ...config, built: parsed.scripts?.built }, i, path),
          message,
        )
      )
    ),
  );
}
