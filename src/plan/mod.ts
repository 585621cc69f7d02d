/**
 * The plan: a run, frozen. Built once from what the user wrote; everything
 * after it takes a plan and never a config.
 *
 * @module
 */
export * from "./types.ts";
export { okRule } from "./ok.ts";
