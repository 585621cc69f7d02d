/**
 * From what the user wrote to a plan.
 *
 * A door of its own: it needs the config, whose parser and schema must not be
 * loaded into every worker. Never reads a file or the environment.
 *
 * @module
 */
export { buildPlan } from "./build.ts";
export type { BuiltScript } from "./journeys.ts";
export { dataOf } from "./data.ts";
export { canonicalJson } from "./canonical.ts";
export { planIdOf } from "./plan_id.ts";
