/**
 * Sends `traceparent` (W3C Trace Context) with a share of a target's requests,
 * around whatever client it has; a target without that never comes here.
 *
 * @module
 */
export { frameTraced, traceIdOf, withTraces } from "./traces.ts";
