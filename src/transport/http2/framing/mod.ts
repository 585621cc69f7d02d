/**
 * Frames of HTTP/2 (RFC 9113, sections 4 to 6): cutting bytes into them, the
 * rules of their sizes, places and order, what a peer may send without bringing
 * anything forward, and writing our own.
 *
 * Stands under `http2`. Knows streams by their numbers only.
 *
 * @module
 */
export * from "./fault.ts";
export * from "./frame_budget.ts";
export * from "./frames.ts";
export * from "./peer_words.ts";
export * from "./receiver.ts";
export * from "./settings.ts";
export * from "./writer.ts";
