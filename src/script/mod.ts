/**
 * Journeys that are a TypeScript function: the messages between the worker that
 * sends and the thread that runs the script, the context that a script gets,
 * and how a script becomes one address with all of its files in it.
 *
 * Pure itself; `load` reads and checks scripts, `runner` starts the process in
 * which `host` runs them.
 *
 * @module
 */
export * from "./types.ts";
export { declarationText } from "./declaration.ts";
export { importsOf } from "./source/imports.ts";
export { mask, type Masked } from "./source/mask.ts";
export { modulesOf } from "./source/modules.ts";
export { type ScriptMain, ScriptRuns } from "./context/runs.ts";
export { placeIn, thrownText } from "./thrown.ts";
export { maskWords, wordsIn } from "./source/words.ts";
