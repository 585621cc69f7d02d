import type { OutFlag, StripeFlag } from "../../values.ts";
import type { FleetAddress } from "../../../nats/mod.ts";
import { addressText } from "../../fleet/address.ts";
import type { System } from "../../system.ts";
import { run } from "../run.ts";

/** What `kar join` takes. */
export interface JoinFlags {
  readonly fleet: FleetAddress;
  readonly stripe?: StripeFlag | undefined;
  readonly stripeIndex?: StripeFlag | undefined;
  readonly node?: string | undefined;
  readonly planFiles?: true | undefined;
  readonly wait?: number | undefined;
  readonly out?: readonly OutFlag[] | undefined;
  readonly record?: string | undefined;
  readonly recordAll?: string | undefined;
  readonly ui?: true | undefined;
  readonly quiet?: true | undefined;
  readonly screen?: true | undefined;
  readonly name?: string | undefined;
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
