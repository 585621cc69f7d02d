/**
 * HTTP servers that nobody can hold up.
 *
 * `serveBounded` stands under the metrics endpoint, the page and the control
 * API: a bound on clients and on the time of each. `serveSteadily` stands under
 * the sample server, which has none: Deno ends a server whose `accept` fails,
 * and here it listens again on the same port as soon as the system allows. Never
 * knows what is served.
 *
 * @module
 */
export { parseAddress } from "./address.ts";
export {
  type BoundedServer,
  type NodeHandler,
  serveBounded,
} from "./bounded.ts";
export { Clients, type WatchedConnection } from "./clients.ts";
export { connectionsFor } from "./descriptors.ts";
export { listenAt } from "./listen.ts";
export { serveSteadily } from "./steady.ts";
