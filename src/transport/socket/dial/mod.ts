/**
 * From an endpoint to an open socket: a name's addresses, the race between
 * them, and the handshake.
 *
 * Used by `socket` only. Never sends anything of its own, and never reconnects
 * by itself.
 *
 * @module
 */
export { openDialer } from "./dialer.ts";
