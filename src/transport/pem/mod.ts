/**
 * Certificates and keys as files have them (PEM): what is in one, whether TLS
 * can use it, and in words what is wrong. Never opens a connection.
 *
 * @module
 */
export {
  checkCa,
  type Checked,
  checkPair,
  type PemFault,
  type PemFile,
} from "./check.ts";
