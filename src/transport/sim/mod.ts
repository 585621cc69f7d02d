/**
 * A seeded server that is not there: answers by the clock it is given, the
 * same way each time.
 *
 * Stands behind the `Transport` port in simulations, where days pass in
 * seconds, and in benchmarks of everything else. It never touches a socket.
 *
 * ```ts
 * const server = new SimServer({ ...SIM_DEFAULTS, errorShare: 0.01 });
 * const transport = server.open(target, context);
 * ```
 *
 * @module
 */
export { openSim, SimServer } from "./server.ts";
export { parseSimUrl, SIM_DEFAULTS, type SimOptions } from "./options.ts";
