/**
 * Frames of HTTP/2 (RFC 9113, sections 4 to 6): cutting bytes into frames, the
 * rules of their sizes, places and order, the budget of frames that bring no
 * answer forward, and writing kar's own.
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
