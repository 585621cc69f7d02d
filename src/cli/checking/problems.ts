import manifest from "../../../deno.json" with { type: "json" };
import { type Problem, told } from "../../config/mod.ts";
import { cutIn, type Pattern } from "../../pattern/mod.ts";
import { pathOf, requestsOf } from "../config_place.ts";
import { findFaults, isReflected } from "../../transport/clients/mod.ts";
import type { LoadedConfig } from "../load_data.ts";
import { planOf } from "../load_plan.ts";
import type { System } from "../system.ts";
import { clockOf } from "./clock.ts";

/** What is no problem and worth a line each: what only the run can tell, and how often the rate is cut. */
export function leftOpen(
  system: System,
  parsed: LoadedConfig,
): readonly string[] {
  if (parsed.config === null) return [];
  const { targets, pattern } = planOf(system, parsed, { drawnSeed: 0 }).plan;
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
  return [
    ...ofTargets,
    ...scripts?.notes ?? [],
    ...cutNotes(pattern, system.wallMs()),
  ];
}

const WEEK_MS = 7 * 86_400_000;

/** How often the rate is cut to `max_tps` in the week to come: what is cut lowers the mean. */
function cutNotes(pattern: Pattern, nowMs: number): string[] {
  const { time, requests } = cutIn(pattern, {
    ...{ startMs: nowMs, durationMs: WEEK_MS },
  });
  const { drift, burst, irregular } = pattern;
  const isWild = drift !== undefined || burst !== undefined ||
    irregular !== undefined;
  if (time === 0 && !isWild) return [];
  const when = "controller.max_tps: in the week to come the rate is";
  if (time === 0) return [`${when} never cut`];
  const percent = (share: number) =>
    `${Number((100 * share).toPrecision(2))} %`;
  return [
    `${when} cut for ${percent(time)} of the time, which takes ${
      percent(requests)
    } of the requests`,
  ];
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
