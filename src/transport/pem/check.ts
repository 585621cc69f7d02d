import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import {
  blocksOf,
  contentsOf,
  isCertificate,
  isEncrypted,
  isKey,
  type PemBlock,
  textOf,
} from "./blocks.ts";

/** A file, as the config calls it, and what is in it. */
export interface PemFile {
  readonly shown: string;
  readonly bytes: Uint8Array;
}

/** Something that is wrong with a file: a sentence that names it. */
export interface PemFault {
  readonly at: "ca" | "cert" | "key";
  readonly why: string;
}

/** What TLS is given, or everything that is wrong. */
export type Checked<T> =
  | { readonly kind: "good"; readonly value: T }
  | { readonly kind: "wrong"; readonly wrongs: readonly PemFault[] };

/** The minimum size of RSA keys, here as in every browser. */
const RSA_BITS_MIN = 2048;
const KEYS = "RSA, ECDSA on P-256, P-384 or P-521, or Ed25519";

/**
 * Roots to trust. Any certificate may be one, also a peer's own.
 *
 * @param nowMs wall time; null = how long they are valid does not matter
 */
export function checkCa(file: PemFile, nowMs: number | null): Checked<string> {
  const blocks = blocksOf(textIn(file)).filter(isCertificate);
  if (blocks.length === 0) return noCertificate(file, "ca");
  // A bundle may hold certificates that are too odd to be read: they vouch for
  // nobody.
  const usable = blocks.filter((block) => readCertificate(block) !== null);
  const read = usable.map(readCertificate).filter((each) => each !== null);
  if (read.length === 0) return damaged(file, "ca");
  const ends = read.map((each) => endOf(file.shown, each, nowMs));
  // A bundle may hold expired certificates.
  const why = ends.every((end) => end !== null) ? ends[0]! : null;
  return why === null ? good(textOf(usable)) : wrong("ca", why);
}

/** A certificate with its chain, and its key; see `checkCa`. */
export function checkPair(
  files: { readonly cert: PemFile; readonly key: PemFile },
  nowMs: number | null,
): Checked<{ readonly cert: string; readonly key: string }> {
  const certs = checkCert(files.cert, nowMs);
  const key = checkKey(files.key);
  if (certs.kind === "wrong" || key.kind === "wrong") {
    const wrongs = [certs, key].flatMap((each) =>
      each.kind === "wrong" ? each.wrongs : []
    );
    return { kind: "wrong", wrongs };
  }
  const [leaf] = certs.value.read;
  const why = leaf!.checkPrivateKey(key.value.read)
    ? kindComplaint(key.value.read, { certs: certs.value.text, ...key.value })
    : pairComplaint(files, certs.value.read, key.value.read);
  const name = files.key.shown;
  return why === null
    ? good({ cert: certs.value.text, key: key.value.text })
    : wrong("key", `${name} ${why}`);
}

function checkCert(
  file: PemFile,
  nowMs: number | null,
): Checked<{ readonly text: string; readonly read: X509Certificate[] }> {
  const blocks = blocksOf(textIn(file)).filter(isCertificate);
  if (blocks.length === 0) return noCertificate(file, "cert");
  const read = blocks.map(readCertificate);
  if (!read.every((each) => each !== null)) return damaged(file, "cert");
  const why = read.map((each) => endOf(file.shown, each, nowMs)).find(Boolean);
  return why ? wrong("cert", why) : good({ text: textOf(blocks), read });
}

function checkKey(
  file: PemFile,
): Checked<{ readonly text: string; readonly read: KeyObject }> {
  const { shown } = file;
  const block = blocksOf(textIn(file)).find(isKey);
  if (block === undefined) {
    const why = `${shown} ${contentsOf(file.bytes)}, must hold a private key`;
    return wrong("key", `${why} in PEM`);
  }
  if (isEncrypted(block)) {
    return wrong(
      "key",
      `${shown} has a passphrase, which kar cannot ask for; give it without one, as openssl pkey -in ${shown} writes it`,
    );
  }
  if (block.label.startsWith("OPENSSH")) {
    return wrong(
      "key",
      `${shown} is in OpenSSH's own form, must be PEM, as ssh-keygen -p -m PEM makes it`,
    );
  }
  try {
    const text = textOf([block]);
    return good({ text, read: createPrivateKey(text) });
  } catch {
    return wrong("key", `${shown} is damaged: its private key cannot be read`);
  }
}

/** Why TLS cannot use a key that can be read; null = it can. */
function kindComplaint(
  key: KeyObject,
  { certs, text }: { readonly certs: string; readonly text: string },
): string | null {
  try {
    Deno.createHttpClient({ cert: certs, key: text }).close();
  } catch {
    const { modulusLength = RSA_BITS_MIN } = key.asymmetricKeyDetails ?? {};
    const kind = String(key.asymmetricKeyType).toUpperCase();
    return modulusLength < RSA_BITS_MIN
      ? `is an RSA key of ${modulusLength} bits, must have ${RSA_BITS_MIN} at least`
      : `is of a kind (${kind}) that TLS cannot use here, must be ${KEYS}`;
  }
  return null;
}

function pairComplaint(
  { cert }: { readonly cert: PemFile },
  certificates: readonly X509Certificate[],
  key: KeyObject,
): string {
  const other = certificates.findIndex((each) => each.checkPrivateKey(key));
  return other < 0
    ? `is not the key of ${cert.shown}, must belong to its first certificate`
    : `is the key of certificate ${
      other + 1
    } in ${cert.shown}, which must come first there`;
}

function readCertificate({ text }: PemBlock): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

/** Why a certificate is not valid now; null = it is. */
function endOf(
  shown: string,
  { validFrom, validTo }: X509Certificate,
  nowMs: number | null,
): string | null {
  if (nowMs === null) return null;
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)];
  if (nowMs > toMs) {
    return `${shown} has expired at ${isoOf(toMs)}, must be valid now`;
  }
  return nowMs < fromMs
    ? `${shown} is not valid before ${isoOf(fromMs)}, must be valid now`
    : null;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000", "");
}

function textIn({ bytes }: PemFile): string {
  return new TextDecoder().decode(bytes);
}

function noCertificate(file: PemFile, at: "ca" | "cert"): Checked<never> {
  const contents = contentsOf(file.bytes);
  const why = `${file.shown} ${contents}, must hold a certificate in PEM`;
  return wrong(at, why);
}

function damaged({ shown }: PemFile, at: "ca" | "cert"): Checked<never> {
  return wrong(at, `${shown} is damaged: a certificate in it cannot be read`);
}

function good<T>(value: T): Checked<T> {
  return { kind: "good", value };
}

function wrong(at: PemFault["at"], why: string): Checked<never> {
  return { kind: "wrong", wrongs: [{ at, why }] };
}
