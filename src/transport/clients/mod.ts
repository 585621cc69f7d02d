/**
 * The clients by name: the one place that knows them all.
 *
 * Each is loaded when a target first needs it, so that a run of HTTP/1.1 does
 * not pay for HTTP/2 and gRPC before its first request. Never sends anything
 * by itself but what it is asked to: the question whether a target is there, and
 * the one that a gRPC server is asked for its methods.
 *
 * @module
 */
export { findFaults, type InspectContext } from "./inspect.ts";
export { loadClient } from "./load.ts";
export { reach, type ReachContext } from "./reach.ts";
export {
  filesOf,
  type ReadSources,
  readSources,
  type WantedSources,
} from "./read_sources.ts";
export {
  isReflected,
  resolution,
  resolveTarget,
  resolveTargets,
} from "./resolve.ts";
