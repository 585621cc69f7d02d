/**
 * Sends `traceparent` (W3C Trace Context) with a share of a target's requests,
 * around any client. A target without `trace` does not use this folder.
 *
 * @module
 */
export { frameTraced, traceIdOf, withTraces } from "./traces.ts";
