/**
 * Certificates and keys as files have them (PEM): what is in a file, whether
 * TLS can use it, and what is wrong with it. Never opens a connection.
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
