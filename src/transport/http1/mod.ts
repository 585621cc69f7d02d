/**
 * The measured HTTP/1.1 client: kar's own, on sockets.
 *
 * Stands behind the `Client` port. Never sends a request a second time,
 * never follows a redirect, never makes a call wait for a connection, and keeps
 * nothing of an answer but its code and its times.
 *
 * @module
 */
export {
  type ConnectionCounts,
  type Http1Client,
  openHttp1,
} from "./client.ts";
