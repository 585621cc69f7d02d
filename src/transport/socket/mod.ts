/**
 * Sockets: bytes to and from a peer, plain or TLS, behind one small interface,
 * and every error of the system turned into one of `FAILURE_KINDS`.
 *
 * Stands between the protocol clients (`http1`, `http2`) and the system. Does
 * not know what the bytes mean, and never reconnects by itself.
 *
 * @module
 */
export * from "./types.ts";
export {
  type ExplainTls,
  nameReason,
  NO_COMMON_PROTOCOL,
  openExplainer,
  systemReason,
  tlsReason,
} from "./reasons/mod.ts";
export { endpointOf, NO_TLS } from "./endpoint.ts";
export { openDialer } from "./dial/mod.ts";
export { failureOf } from "./errors.ts";
export { Deadlines, type Timed } from "./deadlines.ts";
export { holdsLeavesAlone, type TlsContext, tlsContext } from "./tls.ts";
