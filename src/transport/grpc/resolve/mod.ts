/**
 * Finds out what a gRPC target is asked: the method by reflection, `.proto`
 * files or a descriptor set, and its messages encoded from JSON.
 *
 * Runs once for each target, in the main thread, before the workers start: so
 * they load none of the libraries that this takes. Never sends a call of the
 * target's own.
 *
 * @module
 */
export { resolveGrpc } from "./resolve.ts";
export type { ResolveOptions } from "./sources.ts";
