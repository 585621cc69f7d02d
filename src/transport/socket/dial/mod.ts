/**
 * From an endpoint to an open socket: a name's addresses, the race between
 * them, and the handshake.
 *
 * Stands under the door of `socket`. Never sends anything of its own, and never
 * connects again by itself.
 *
 * @module
 */
export { openDialer } from "./dialer.ts";
