/**
 * What the user wrote, as a tree that remembers where each value stands: YAML,
 * `${NAME}`, `--set`. Knows nothing of what the keys mean.
 *
 * @module
 */
export { applyOverrides, type Override, withItems } from "./overrides.ts";
export * from "./problem.ts";
export { type Environment, readTree, type Role } from "./read.ts";
export * from "./tree.ts";
