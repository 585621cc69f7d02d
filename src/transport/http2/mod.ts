/**
 * The measured HTTP/2 client: kar's own framing and HPACK, on sockets.
 *
 * Implements the `Client` port, and carries `grpc`, which is HTTP/2 with other
 * heads and another judgement. Never sends a request a second time, never makes
 * a call wait for room, and keeps nothing of an answer but what decides its
 * outcome.
 *
 * @module
 */
export { openHttp2, openPool } from "./client.ts";
export type { Head } from "./head.ts";
export type { Slice } from "./hpack/mod.ts";
export type { ResponseReader } from "./stream.ts";
