/**
 * Scripts run in processes of their own, one for each script and worker: a
 * thread in a loop, or one that allocates without end, can be ended in no other
 * way.
 *
 * @module
 */
export { ScriptChild } from "./child.ts";
export { openScriptProcess } from "./runner.ts";
