/**
 * HTTP servers that survive a shortage of file descriptors.
 *
 * Stands under the metrics endpoint and the sample server. Deno ends a server
 * whose `accept` fails, and a run must not end with it: here it listens again
 * on the same port as soon as the system allows. Never knows what is served.
 *
 * @module
 */
export { serveSteadily, type SteadyServer } from "./steady.ts";
