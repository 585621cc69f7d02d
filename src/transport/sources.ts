import type { Clock } from "../base/mod.ts";
import type { Limits } from "../plan/mod.ts";
import {
  ArrivalDraws,
  type DataSet,
  type FieldSources,
} from "../request/mod.ts";

import type { ScriptSource } from "../script/mod.ts";

/**
 * What the requests of a plan are made of beside the plan itself: data and the
 * files that bodies name, read once. Fit for a structured clone, in which its
 * memory stays shared.
 */
export interface PlanSources {
  readonly data: readonly DataSet[];
  /** By their names in the plan. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Scripts of journeys; absent = there is none. */
  readonly scripts?: readonly ScriptSource[];
}

/** A plan that needs no data and no files. */
export const NO_SOURCES: PlanSources = { data: [], files: new Map() };

/** Bytes that a rendered request may have where its limits do not say it. */
const REQUEST_BYTES_MAX = 2 ** 20;
/** Bytes at which a captured value is cut. */
const CAPTURE_BYTES_MAX = 4096;

/** What fields are drawn from in one thread: a plan's sources, and its chance. */
export function fieldSources(
  { data, files, seed, limits, clock }: PlanSources & {
    readonly seed: number;
    readonly limits: Limits;
    readonly clock: Clock;
  },
): FieldSources {
  return {
    data: new Map(data.map((set) => [set.name, set])),
    files,
    variables: [],
    captureBytes: CAPTURE_BYTES_MAX,
    maxRequestBytes: limits.maxRequestBytes ?? REQUEST_BYTES_MAX,
    draws: new ArrivalDraws(seed, () => Math.floor(clock.wall())),
  };
}
