/**
 * Serves the control API `kar.v1.Control` on a Unix socket: refuses values out
 * of bounds, and turns the rest into a run's own actions; what the run's state
 * allows, the run decides. Reading changes nothing. Loaded once the first
 * requests are out, for its weight.
 *
 * @module
 */
export { type ControlServer, serveControl } from "./server.ts";
export type { Controlled, Reloaded } from "./service.ts";
