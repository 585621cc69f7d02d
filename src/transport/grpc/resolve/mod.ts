/**
 * Resolves what is called on a gRPC target: finds the method by reflection,
 * `.proto` files or a descriptor set, and encodes its messages from JSON.
 *
 * Runs once for each target, in the main thread, before the workers start, so
 * that workers load none of the libraries that this needs; where a script calls,
 * they load `types` alone. Never sends a call of the target's own.
 *
 * @module
 */
export { resolveGrpc } from "./resolve.ts";
