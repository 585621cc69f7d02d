/**
 * The command line: one tree of commands, one file for each, and the exit code.
 *
 * The last stop of the flow: it turns words into options, hands them to the
 * engine, and prints what the engine's snapshot says. It reaches the process
 * only through `System`. It never decides what is sent.
 *
 * @module
 */
export { reportError, runCli } from "./main.ts";
export { realSystem } from "./real_system.ts";
export type { SideOutput, System } from "./system.ts";
export { TextOutput } from "./text_output.ts";
