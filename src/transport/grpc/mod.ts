/**
 * The measured gRPC client: message framing, metadata, deadlines and status
 * over kar's own HTTP/2.
 *
 * Stands behind the `Client` port. Never looks up a method and never encodes
 * a message: `resolve/` does both, once, before the workers start.
 *
 * @module
 */
export { openGrpc, tellBackoff } from "./client.ts";
export { withOneDeadline } from "./deadline.ts";
export { encodingFlaw, notOffered, unpack } from "./compression.ts";
export type { BackoffFields } from "./backoff.ts";
