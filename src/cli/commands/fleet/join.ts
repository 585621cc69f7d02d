import type { FleetAddress } from "../../../nats/mod.ts";
import { addressText } from "../../fleet/address.ts";
import type { System } from "../../system.ts";
import { run, type RunFlags } from "../run.ts";

/** What `kar join` takes of the flags of `kar run`. */
export interface JoinFlags extends Omit<RunFlags, "config" | "logFormat"> {
  readonly fleet: FleetAddress;
}

/** `kar join`: sends a part of a run whose plan is on the bus. */
export function join(system: System, flags: JoinFlags): Promise<number> {
  return run(system, {
    ...flags,
    config: addressText(flags.fleet),
    logFormat: "text",
    isJoining: true,
  });
}
