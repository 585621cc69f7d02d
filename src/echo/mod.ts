/**
 * The sample server: what kar is tried out against when there is nothing else.
 *
 * It speaks HTTP/1.1, HTTP/2 and gRPC, misbehaves when asked to, and counts
 * for itself what arrived, so that what kar says can be checked against a
 * second opinion. It shares no code with what sends, and prints nothing.
 *
 * @module
 */
export type { Faults } from "./faults.ts";
export { startEchoInWorker } from "./in_worker.ts";
export { startEcho } from "./server.ts";
export { DEMO_TLS } from "./tls.ts";
export type { EchoStats } from "./request_counter.ts";
export type { EchoOptions, EchoPorts, EchoServer } from "./types.ts";
