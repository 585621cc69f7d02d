/**
 * The form of a configuration: each key with its type, bounds, default and
 * description, and the rules between keys of one block.
 *
 * @module
 */
export * from "./client.ts";
export { type CodeRange, zoneName } from "./fields.ts";
export {
  configSchemaJson,
  isDuration,
  type JsonSchema,
  keyNames,
  keysAt,
  pathsTo,
} from "./keys.ts";
export {
  isFilePath,
  isSentText,
  keepsNull,
  keepsVariables,
  placeAt,
  roleOf,
} from "./roles.ts";
export { VERBS as STEP_VERBS } from "./journey/mod.ts";
export { irregularOf } from "./irregular/mod.ts";
export { PRESET_NAMES, type Root, RootSchema } from "./root.ts";
export { DAYS, DEFAULT_BASE_TPS } from "./traffic/mod.ts";
