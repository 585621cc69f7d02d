/**
 * Why there is no connection, in kar's own words: what the system, the name
 * servers and the TLS libraries below say, made into one sentence with its
 * remedy. Pure, but for the one look at a certificate that nobody trusts.
 *
 * @module
 */
export { nameReason, systemReason } from "./system.ts";
export { type SeenCertificate, tlsReason } from "./tls.ts";
export { CertificateWatch } from "./watch.ts";
