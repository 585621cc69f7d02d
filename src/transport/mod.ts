/**
 * Clients: one small port, and a folder for each client that implements it.
 *
 * @module
 */
export { loadEncodeCall } from "./script/mod.ts";
export { loadCompileJson } from "./check/mod.ts";
export * from "./faults.ts";
export * from "./kept_answer.ts";
export * from "./open_target.ts";
export * from "./outcome.ts";
export * from "./port.ts";
export { reasonOf } from "./reason.ts";
export * from "./resolved.ts";
export { sentSecrets } from "./secrets/sent_secrets.ts";
export * from "./sources.ts";
export { traceIdOf } from "./trace/mod.ts";
export { openTrace, readerOf, type TraceFile } from "./replay/trace_file.ts";
