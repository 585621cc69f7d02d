/**
 * What the user wrote. Takes the text of a file and gives a validated config,
 * or every problem with its line and column. Comes first in the flow: only
 * `plan` reads a config. Never opens a file, never reads the environment, and
 * never lets the value of a variable into a message.
 *
 * ```ts
 * const parsed = parseConfig(text, { file, environment, systemZone });
 * const plan = buildPlan(configOf(parsed), { drawSeed });
 * ```
 *
 * @module
 */
export type { Config, TargetConfig } from "./config.ts";
export { differences } from "./diff.ts";
export { configOf, parseConfig, type ParsedConfig, told } from "./parse.ts";
export { spansOf, weekdaysOf } from "./schedule.ts";
export {
  type ClientName,
  configSchemaJson,
  irregularOf,
  type JsonSchema,
  STEP_VERBS,
} from "./schema/mod.ts";
export { formatProblem, type Override, type Problem } from "./source/mod.ts";
