/**
 * The clients by name: the one place that knows them all.
 *
 * Each is loaded when a target first needs it, so that a run of HTTP/1.1 does
 * not pay for HTTP/2 and gRPC before its first request. By itself it sends only
 * two kinds of questions: whether a target can be reached, and which methods a
 * gRPC server has.
 *
 * @module
 */
export { findFaults } from "./inspect.ts";
export { loadClient } from "./load.ts";
export { reach, type ReachContext } from "./reach.ts";
export { filesOf, type ReadSources, readSources } from "./read_sources.ts";
export {
  isReflected,
  resolution,
  resolveTarget,
  resolveTargets,
} from "./resolve.ts";
