/**
 * The stock gRPC client: Connect's own transport on `node:http2`.
 *
 * Implements the `Client` port for users who want the ordinary stack, and is
 * the oracle against which kar's own client is tested. It knows no message:
 * bytes go in as they are and are dropped as they come. Its limits are
 * Connect's and Deno's: it has one connection, on which calls past the server's
 * limit of streams wait; it measures only the whole time, and the first byte of
 * streams; a connection that is lost during an answer counts as a broken
 * protocol; and an answer right before a GOAWAY is lost.
 *
 * @module
 */
export { connectionOf, openConnect } from "./client.ts";
export { ConnectSession, type ConnectSessionOptions } from "./session.ts";
