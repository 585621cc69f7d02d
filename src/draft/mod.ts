/**
 * A config before it is text: what one line, an importer or a search came to,
 * written as a commented file. Takes values and gives YAML, with a variable in
 * the place of every secret. Never reads a file, and never judges: that is the
 * config parser's.
 *
 * @module
 */
export { documentOf } from "./document.ts";
export { literal, meant } from "./literal.ts";
export { type HourRule, parseScheduleText } from "./schedule_text.ts";
export { isSecretName, withoutSecrets } from "./secrets.ts";
export type * from "./types.ts";
export { comment, indented, quoted } from "./yaml_text.ts";
