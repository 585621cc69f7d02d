/**
 * The certificates of `tests/fixtures/tls`, read.
 *
 * @module
 */

/** A certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The root that signed all but the self-signed one. */
export const TEST_CA = read("ca.crt");

/** An authority that is not self-signed. */
export const INTERMEDIATE = read("intermediate.crt");

/** Server and client certificates; tests/fixtures/tls/README.md says what each is. */
export const CERTIFICATES = {
  server: load("server"),
  expired: load("expired"),
  wrongName: load("wrong_name"),
  selfSigned: load("self_signed"),
  client: load("client"),
  selfSignedCa: load("self_signed_ca"),
  selfSignedCaExpired: load("self_signed_ca_expired"),
  nameless: load("nameless"),
  belowIntermediate: load("below_intermediate"),
} as const;

function load(name: string): Certificate {
  return { cert: read(`${name}.crt`), key: read(`${name}.key`) };
}

function read(file: string): string {
  return Deno.readTextFileSync(
    new URL(`../fixtures/tls/${file}`, import.meta.url),
  );
}
