import { formatDuration, KarError } from "../../base/mod.ts";
import type { SavedState } from "../../daemon/mod.ts";
import type { RunOptions } from "../../run/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import type { FleetAddress } from "../../nats/mod.ts";
import {
  atMsIn,
  type AtTime,
  startMsIn,
  type StartTime,
  type StripeFlag,
} from "../values.ts";

/** What of the flags says where the traffic begins and ends, and what of it is sent; durations in milliseconds. */
export interface SpanFlags {
  readonly start?: StartTime | undefined;
  readonly at?: AtTime | undefined;
  readonly duration?: number | undefined;
  readonly armed?: true | undefined;
  readonly stripe?: StripeFlag | undefined;
  /** The same part, as orchestrators count it. */
  readonly stripeIndex?: StripeFlag | undefined;
  /** The fleet's run that this is a part of. */
  readonly fleet?: FleetAddress | undefined;
  /** Where a record of all its parts is kept. */
  readonly recordAll?: string | undefined;
}

/** The part of the traffic that is asked for, however it is counted. */
export function stripeOf(
  { stripe, stripeIndex }: SpanFlags,
): StripeFlag | undefined {
  if (stripe === undefined || stripeIndex === undefined) {
    return stripe ?? stripeIndex;
  }
  throw new KarError(
    "usage",
    "--stripe counts parts from 1, --stripe-index from 0: give one of them",
  );
}

/** @throws {KarError} when parts of one traffic would each begin at an instant of their own */
export function checkCommonStart(
  { at, stripe, fleet, recordAll }: SpanFlags,
): void {
  // Who opens a fleet's run says when it begins, for all.
  if (fleet !== undefined) return;
  if (recordAll !== undefined) throw noOthers();
  if (at?.kind !== "after" || (stripe?.count ?? 1) === 1) return;
  const { index, count } = stripe!;
  throw new KarError(
    "usage",
    `--at +${
      formatDuration(at.ms)
    } with --stripe ${index}/${count} would be another instant on each machine: name one for all, such as --at 2026-12-01T09:00:00Z`,
  );
}

function noOthers(): KarError {
  return new KarError(
    "usage",
    "--record-all goes with --fleet: a run by itself has no other parts, and --record keeps it",
  );
}

/** What the engine is told. */
export function optionsOf(
  { plan, variables, sources }: LoadedPlan,
  { start, at, duration, armed, stripe }: SpanFlags,
  { saved, nowMs }: {
    readonly saved: SavedState | null;
    readonly nowMs: number;
  },
): RunOptions {
  const { zone } = plan.pattern;
  return {
    plan,
    variables,
    sources,
    ...(start && { startMs: startMsIn(start, zone) }),
    ...(at && { atMs: atMsIn(at, { zone, nowMs }) }),
    ...(duration && { durationMs: duration }),
    ...(armed && { armed }),
    ...(stripe && { stripe }),
    ...(saved && { restore: saved.run }),
  };
}
