/**
 * Scripts on their way from a file to what threads run: read once, checked
 * before anything is sent.
 *
 * @module
 */
export { typeErrors } from "./deno_check.ts";
export {
  type LoadedScript,
  loadScript,
  type ScriptLoad,
  type WantedScript,
} from "./load.ts";
export { readScript, type ScriptFault, type ScriptRead } from "./read.ts";
