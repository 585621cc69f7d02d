import { configOf } from "../../config/mod.ts";
import { KarError } from "../../base/mod.ts";
import type { RunOptions } from "../../run/mod.ts";
import { type LoadedPlan, loadPlan, parseText } from "../load_plan.ts";
import type { System } from "../system.ts";
import type { PlanFlags } from "../load_plan.ts";
import { joinFleet } from "./join_fleet.ts";
import type { FleetFlags } from "./types.ts";
import type { FleetPart } from "./fleet_run.ts";

/** What `kar run --fleet` and `kar join` take, as far as the fleet is concerned. */
export interface PrepareFlags extends FleetFlags, PlanFlags {
  readonly armed?: true | undefined;
  readonly resume?: true | undefined;
  readonly isJoining?: true;
}

/** A part that is ready to be sent. */
export interface PreparedPart {
  readonly loaded: LoadedPlan;
  readonly options: Partial<RunOptions>;
  readonly part: FleetPart;
}

/**
 * Opens or joins the run that a flag names.
 *
 * @throws {KarError} when that cannot be
 */
export async function prepareFleet(
  system: System,
  flags: PrepareFlags,
): Promise<PreparedPart> {
  checkFlags(flags);
  const load = flags.isJoining
    ? null
    : (drawnSeed: number | undefined) =>
      loadPlan(system, {
        ...flags,
        ...(drawnSeed !== undefined && { drawnSeed }),
      });
  const tell = (line: string) => system.stderr.write(`kar: ${line}\n`);
  const { loaded, options, part } = await joinFleet(system, flags, {
    ...{ load, tell },
  });
  return { loaded: { config: defaults(system), ...loaded }, options, part };
}

/** What a plan does not say, as where nobody has written anything. */
function defaults(system: System): LoadedPlan["config"] {
  return configOf(parseText(system, {
    text: "targets: [{name: api, url: http://localhost/}]",
    file: "the plan of the run",
  }));
}

/** @throws {KarError} for what only a run of its own can do */
function checkFlags({ armed, resume }: PrepareFlags): void {
  if (armed) {
    throw new KarError(
      "usage",
      "--armed waits for a person, and a fleet's run begins by the clock: --at says when",
    );
  }
  if (resume) {
    throw new KarError(
      "usage",
      "--resume is not needed with --fleet: a member of the same --node goes on by itself with what the bus knows of its part",
    );
  }
}
