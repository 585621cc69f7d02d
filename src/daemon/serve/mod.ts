/**
 * Serves the control API `kar.v1.Control` on a Unix socket: turns questions
 * into a run's own actions. Decides nothing itself, and reading changes
 * nothing. Loaded once the first requests are out, for its weight.
 *
 * @module
 */
export { type ControlServer, serveControl } from "./server.ts";
export type { Controlled, Reloaded } from "./service.ts";
export { type About, statusOf } from "./status.ts";
