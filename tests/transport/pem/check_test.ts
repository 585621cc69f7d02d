import assert from "node:assert/strict";
import {
  checkCa,
  checkPair,
  type PemFile,
} from "../../../src/transport/pem/mod.ts";

const FOLDER = new URL("../../fixtures/tls/", import.meta.url);
const NOW_MS = Date.UTC(2026, 10, 30);
const YEAR_MS = 365 * 86_400_000;

function file(name: string): PemFile {
  return { shown: name, bytes: Deno.readFileSync(new URL(name, FOLDER)) };
}

function textFile(shown: string, text: string): PemFile {
  return { shown, bytes: new TextEncoder().encode(text) };
}

/** The texts of files, one behind the other. */
function joined(shown: string, ...names: string[]): PemFile {
  const text = names.map((name) => new TextDecoder().decode(file(name).bytes));
  return textFile(shown, text.join("# between blocks, anything may stand\n"));
}

function der(name: string): PemFile {
  const text = new TextDecoder().decode(file(name).bytes);
  const base64 = text.replaceAll(/-----.*-----|\s/g, "");
  return { shown: name, bytes: Uint8Array.fromBase64(base64) };
}

/** What is wrong with a pair: `cert: …`, `key: …`. */
function pairWrongs(cert: PemFile, key: PemFile, nowMs = NOW_MS): string[] {
  const checked = checkPair({ cert, key }, nowMs);
  return checked.kind === "good"
    ? []
    : checked.wrongs.map(({ at, why }) => `${at}: ${why}`);
}

function caWrongs(ca: PemFile, nowMs: number | null = NOW_MS): string[] {
  const checked = checkCa(ca, nowMs);
  return checked.kind === "good" ? [] : checked.wrongs.map(({ why }) => why);
}

Deno.test("checkPair() takes a certificate with its key, also with a chain and out of one file", () => {
  const all = joined("all.pem", "client.key", "client.crt", "ca.crt");
  assert.deepEqual(pairWrongs(file("client.crt"), file("client.key")), []);
  assert.deepEqual(pairWrongs(all, all), []);
  const windows = textFile(
    "crlf.pem",
    new TextDecoder().decode(all.bytes).replaceAll("\n", "\r\n"),
  );
  assert.deepEqual(pairWrongs(windows, windows), []);
  const checked = checkPair({ cert: all, key: all }, NOW_MS);
  assert.equal(checked.kind, "good");
  if (checked.kind !== "good") return;
  const { cert, key } = checked.value;
  assert.equal(cert.match(/BEGIN CERTIFICATE/g)?.length, 2);
  assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
  assert.doesNotMatch(cert + key, /PRIVATE KEY[^]*CERTIFICATE[^]*PRIVATE KEY/);
});

const GOOD = { cert: file("client.crt"), key: file("client.key") };
const ROWS: readonly (readonly [
  cert: PemFile,
  key: PemFile,
  ...wrongs: RegExp[],
])[] = [
  [
    GOOD.cert,
    file("server.key"),
    /^key: server\.key is not the key of client\.crt, must belong/,
  ],
  [
    joined("chain.pem", "ca.crt", "client.crt"),
    GOOD.key,
    /^key: client\.key is the key of certificate 2 in chain\.pem, which must come first there$/,
  ],
  [
    GOOD.cert,
    file("client_encrypted.key"),
    /^key: client_encrypted\.key has a passphrase, which kar cannot ask for; give it without one/,
  ],
  [
    GOOD.cert,
    file("client_encrypted_old.key"),
    /^key: client_encrypted_old\.key has a passphrase/,
  ],
  [
    GOOD.key,
    GOOD.cert,
    /^cert: client\.key holds a private key, must hold a certificate in PEM$/,
    /^key: client\.crt holds a certificate, must hold a private key in PEM$/,
  ],
  [
    textFile("empty.pem", ""),
    textFile("text.pem", "hello"),
    /^cert: empty\.pem is empty, must hold a certificate/,
    /^key: text\.pem holds no PEM text, must hold a private key/,
  ],
  [
    der("client.crt"),
    der("client.key"),
    /^cert: client\.crt is in binary form \(DER\), must hold/,
    /^key: client\.key is in binary form \(DER\), must hold/,
  ],
  [
    file("rsa_1024.crt"),
    file("rsa_1024.key"),
    /^key: rsa_1024\.key is an RSA key of 1024 bits, must have 2048 at least$/,
  ],
  [
    file("secp256k1.crt"),
    file("secp256k1.key"),
    /^key: secp256k1\.key is of a kind \(EC\) that TLS cannot use here, must be RSA/,
  ],
  [
    file("expired.crt"),
    file("expired.key"),
    /^cert: expired\.crt has expired at 2020-01-0\dT.*Z, must be valid now$/,
  ],
  [
    textFile("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB"),
    GOOD.key,
    /^cert: cut\.pem is cut off: a block has no end, must hold/,
  ],
  [
    damagedFile("CERTIFICATE"),
    damagedFile("PRIVATE KEY"),
    /^cert: damaged\.pem is damaged: a certificate in it cannot be read$/,
    /^key: damaged\.pem is damaged: its private key cannot be read$/,
  ],
  [
    GOOD.cert,
    damagedFile("OPENSSH PRIVATE KEY"),
    /^key: damaged\.pem is in OpenSSH's own form, must be PEM/,
  ],
  [
    damagedFile("CERTIFICATE REQUEST"),
    damagedFile("PUBLIC KEY"),
    /^cert: damaged\.pem holds a request, not a certificate, must hold/,
    /^key: damaged\.pem holds a public key, must hold a private key/,
  ],
];

Deno.test("checkPair() says which file is wrong, in what, and what would be right", () => {
  for (const [cert, key, ...wrongs] of ROWS) {
    const told = pairWrongs(cert, key);
    assert.equal(told.length, wrongs.length, told.join("\n"));
    wrongs.forEach((wrong, i) => assert.match(told[i]!, wrong));
    // Own words: nothing of a library's.
    assert.doesNotMatch(told.join(), /error:|BER|ASN|PEM_/);
  }
});

function damagedFile(label: string): PemFile {
  const text = `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
  return textFile("damaged.pem", text);
}

Deno.test("checkPair() looks at the time that it is told", () => {
  const [cert, key] = [file("client.crt"), file("client.key")];
  assert.match(
    pairWrongs(cert, key, NOW_MS + 100 * YEAR_MS)[0]!,
    /^cert: client\.crt has expired at 2125-/,
  );
  assert.match(
    pairWrongs(cert, key, NOW_MS - 100 * YEAR_MS)[0]!,
    /^cert: client\.crt is not valid before 2020-/,
  );
});

Deno.test("checkCa() takes any certificate, a bundle with some that are over, and an expired one where time does not matter", () => {
  const [ca, own, over] = ["ca.crt", "self_signed.crt", "expired.crt"];
  assert.deepEqual(caWrongs(file(ca!)), []);
  assert.deepEqual(caWrongs(file(own!)), []);
  assert.deepEqual(caWrongs(joined("bundle.pem", over!, ca!)), []);
  assert.match(caWrongs(file(over!))[0]!, /^expired\.crt has expired at 2020/);
  assert.deepEqual(caWrongs(file(over!), null), []);
  assert.match(caWrongs(file("client.key"))[0]!, /holds a private key, must/);
});
