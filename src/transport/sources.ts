import type { DataSet } from "../request/mod.ts";

/**
 * What the requests of a plan are made of beside the plan itself: data and the
 * files that bodies name, read once. Fit for a structured clone, in which its
 * memory stays shared.
 */
export interface PlanSources {
  readonly data: readonly DataSet[];
  /** By what the plan calls them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A plan that needs nothing but itself. */
export const NO_SOURCES: PlanSources = { data: [], files: new Map() };
