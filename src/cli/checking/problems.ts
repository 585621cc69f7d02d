import manifest from "../../../deno.json" with { type: "json" };
import { type ParsedConfig, type Problem, told } from "../../config/mod.ts";
import { findFaults } from "../../transport/clients/mod.ts";
import { planOf } from "../load_plan.ts";
import type { System } from "../system.ts";
import { clockOf } from "./clock.ts";

/**
 * What of a config's targets cannot be used, told without asking anybody: what
 * a run would refuse, and a reload.
 */
export async function findProblems(
  system: System,
  parsed: ParsedConfig,
): Promise<readonly Problem[]> {
  if (parsed.config === null) return [];
  const { plan, variables } = planOf(system, parsed, { drawnSeed: 0 });
  const context = {
    clock: clockOf(system),
    limits: plan.limits,
    userAgent: `kar/${manifest.version}`,
    variables,
  };
  const faults = await Promise.all(
    plan.targets.map((target) => findFaults(target, context)),
  );
  return told(
    faults.flatMap((found, i) =>
      found.map(({ path, message }) =>
        parsed.problemAt(["targets", i, ...path], message)
      )
    ),
  );
}
