/**
 * Why there is no connection, in kar's own words: the errors of the system, the
 * name servers and the TLS libraries as one sentence with its remedy. Pure,
 * except for the handshake that examines a certificate that is not trusted.
 *
 * @module
 */
export { codeOf } from "./codes.ts";
export { nameReason, systemReason, unixReason } from "./system.ts";
export {
  NO_COMMON_PROTOCOL,
  readReason,
  type SeenCertificate,
  tlsReason,
} from "./tls.ts";
export { type ExplainTls, openExplainer } from "./explain.ts";
