/**
 * The stock gRPC client: Connect's own transport on `node:http2`.
 *
 * Stands behind the `Client` port for whoever wants the ordinary stack, and
 * as the oracle against which the wire is tested. It knows no message: bytes
 * go in as they are and are dropped as they come. Its limits are Connect's and
 * Deno's: one connection, on which calls past the server's limit of streams
 * wait; of the time only the whole, and the first byte of streams; a connection
 * lost under an answer is
 * a broken protocol, and an answer with a GOAWAY right behind it is lost.
 *
 * @module
 */
export { connectionOf, openConnect } from "./client.ts";
export { ConnectSession, type ConnectSessionOptions } from "./session.ts";
