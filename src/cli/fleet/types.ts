import type { FleetAddress } from "../../nats/mod.ts";
import type { RunOptions } from "../../run/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import type { AtTime, StartTime, StripeFlag } from "../values.ts";
import type { FleetPart } from "./fleet_run.ts";

/** What makes a run a part of a fleet's. */
export interface FleetFlags {
  readonly fleet?: FleetAddress | undefined;
  /** The member's name; else the machine's, with the part. */
  readonly node?: string | undefined;
  /** How long a bus that is not there is waited for, in milliseconds. */
  readonly wait?: number | undefined;
  readonly stripe?: StripeFlag | undefined;
  readonly start?: StartTime | undefined;
  readonly at?: AtTime | undefined;
  readonly duration?: number | undefined;
  /** Whether files may be read that a plan of the bus names, and has no hash of. */
  readonly planFiles?: true | undefined;
}

/** A part that is held, with the run that it belongs to. */
export interface JoinedFleet {
  readonly loaded: Omit<LoadedPlan, "config">;
  readonly options: Pick<
    RunOptions,
    "startMs" | "atMs" | "durationMs" | "steered" | "restore"
  >;
  readonly part: FleetPart;
}

/** What the plan is; null = that of the run, which is there already. */
export type LoadForFleet =
  | ((drawnSeed: number | undefined) => Promise<LoadedPlan>)
  | null;
