/**
 * How much a target can take: a search for the highest rate that holds. Takes
 * what each step came to, says what to do next, and what it all comes to. Sends
 * nothing, waits for nothing, and never believes a rate that was not sent.
 *
 * ```
 *  startSearch ─▶ move ─▶ (the shell sends) ─▶ StepMeasure ─▶ judgeStep ─▶ afterStep ─▶ …
 * ```
 *
 * @module
 */
export { isHarmful, isUnclear, judgeStep } from "./judge.ts";
export { type Discovery, discoveryJson, discoveryOf } from "./result.ts";
export {
  afterPush,
  afterRecovery,
  afterStep,
  interrupted,
  isTriedAgain,
  type Search,
  type SearchSpan,
  startSearch,
} from "./search.ts";
export type * from "./types.ts";
