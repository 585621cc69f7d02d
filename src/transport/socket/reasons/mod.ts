/**
 * Why there is no connection, in kar's own words: what the system, the name
 * servers and the TLS libraries below say, made into one sentence with its
 * remedy. Pure, but for the one look at a certificate that nobody trusts.
 *
 * @module
 */
export { codeOf } from "./codes.ts";
export { nameReason, systemReason, unixReason } from "./system.ts";
export {
  isAboutCertificate,
  NO_COMMON_PROTOCOL,
  readReason,
  type SeenCertificate,
  tlsReason,
} from "./tls.ts";
export { type ExplainTls, openExplainer } from "./explain.ts";
