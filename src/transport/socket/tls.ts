import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { Duplex } from "node:stream";
import {
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { KarError, messageOf } from "../../base/mod.ts";
import type { TlsOptions } from "./types.ts";

/** What every TLS connection to one host by `node:tls` has in common; made once. */
export interface TlsContext {
  readonly options: Readonly<ConnectionOptions>;
  /** Why the peer of a finished handshake is not trusted, with Node's code; null = it is. */
  readonly complaint: (socket: TLSSocket) => Error | null;
}

/**
 * Checks the texts of a target's TLS settings and prepares its handshakes, with
 * everything that is trusted in one context. For rare connections: `node:tls`
 * reads every certificate of a list again for each handshake (150 take 12 ms).
 *
 * @throws {KarError} (config) for a text that is not a certificate or key: Deno
 *   itself would silently go on without it
 */
export function tlsContext(host: string, options: TlsOptions): TlsContext {
  checkTexts(host, options);
  const { ca } = options;
  return contextOf(
    host,
    options,
    ca === null ? null : [...rootCertificates, ca],
  );
}

/** As `tlsContext`, for frequent connections: what is trusted is tried in two parts. */
export interface TlsContexts {
  /** Trusts `ca`, or Mozilla's roots where there is none. */
  readonly first: TlsContext;
  /**
   * Trusts Mozilla's roots, for a peer that `ca` does not vouch for; null = the
   * first context has them.
   */
  readonly second: TlsContext | null;
}

/** @throws {KarError} (config) as `tlsContext` does */
export function tlsContexts(host: string, options: TlsOptions): TlsContexts {
  checkTexts(host, options);
  const { ca, insecure } = options;
  return {
    first: contextOf(host, options, ca === null ? null : [ca]),
    second: ca === null || insecure
      ? null
      : contextOf(host, { ...options, ca: null }, null),
  };
}

/**
 * @param ca everything that is trusted; null = Mozilla's roots, of which memory
 * holds one list
 */
function contextOf(
  host: string,
  options: TlsOptions,
  ca: readonly string[] | null,
): TlsContext {
  const { cert, key, serverName, insecure, alpn } = options;
  const own = ownCertificates(options.ca);
  const context = createSecureContext({
    ...(ca === null ? {} : { ca: [...ca] }),
    ...(cert === null || key === null ? {} : { cert, key }),
  });
  warmUp(context);
  const name = serverName ?? host;
  return {
    options: {
      secureContext: context,
      // An address is not a server name; its certificate is checked against `host`.
      servername: serverName ?? (isIP(host) === 0 ? host : ""),
      ALPNProtocols: [...alpn],
      rejectUnauthorized: !insecure && own.size === 0,
      checkServerIdentity: insecure ? () => undefined : identityError,
    },
    complaint: insecure || own.size === 0
      ? () => null
      : (socket) => complaintOf(socket, own, name),
  };
}

/** Whether a handshake needs `node:tls`: Deno's own TLS knows none of these. */
export function needsNodeTls({ insecure, cert, ca }: TlsOptions): boolean {
  return insecure || cert !== null || ownCertificates(ca).size > 0;
}

const PEM_REGEXP =
  /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Whether the texts hold only certificates of servers that others have issued,
 * which only a pin can trust.
 */
export function holdsLeavesAlone(ca: string | null): boolean {
  const certificates = certificatesIn(ca);
  return certificates.length > 0 &&
    certificates.every(({ ca, subject, issuer }) => !ca && subject !== issuer);
}

/**
 * Fingerprints of those certificates that may be a server's own. They are
 * trusted themselves, whoever issued them (RFC 5280, 6.1, lets the application
 * decide what a trust anchor is). Certificates of authorities are not among
 * them, since they name no host.
 */
function ownCertificates(ca: string | null): ReadonlySet<string> {
  return new Set(
    certificatesIn(ca).filter(isOwn)
      .map(({ fingerprint256 }) => fingerprint256),
  );
}

function certificatesIn(ca: string | null): X509Certificate[] {
  return (ca?.match(PEM_REGEXP) ?? []).map((text) => new X509Certificate(text));
}

function isOwn({ ca, subjectAltName }: X509Certificate): boolean {
  return !ca || /\b(?:DNS|IP Address):/.test(subjectAltName ?? "");
}

/** The handshake has proved that the peer holds the certificate's key. */
function complaintOf(
  socket: TLSSocket,
  own: ReadonlySet<string>,
  name: string,
): Error | null {
  const shown = socket.getPeerCertificate();
  if (!own.has(shown.fingerprint256)) {
    if (socket.authorized) return null;
    const why = socket.authorizationError;
    return why instanceof Error ? why : withCode(String(why), String(why));
  }
  const nowMs = Date.now();
  const code = nowMs < Date.parse(shown.valid_from)
    ? "CERT_NOT_YET_VALID"
    : nowMs > Date.parse(shown.valid_to)
    ? "CERT_HAS_EXPIRED"
    : null;
  if (code !== null) return withCode(code, code);
  return identityError(name, shown) ?? null;
}

/** Only names of subjectAltName count, as for Deno's own TLS (RFC 9525, 6.3). */
function identityError(
  name: string,
  certificate: PeerCertificate,
): Error | undefined {
  return certificate.subjectaltname
    ? checkServerIdentity(name, certificate)
    : withCode(
      "the certificate has no subjectAltName, so it names no host",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function checkTexts(host: string, { ca, cert, key }: TlsOptions): void {
  const where = `TLS to ${host}`;
  if (ca !== null) parseText(`${where}: ca`, () => new X509Certificate(ca));
  if (cert === null && key === null) return;
  if (cert === null || key === null) {
    throw new KarError("config", `${where}: give both cert and key, or none`);
  }
  const shown = parseText(`${where}: cert`, () => new X509Certificate(cert));
  const secret = parseText(`${where}: key`, () => createPrivateKey(key));
  if (!shown.checkPrivateKey(secret)) {
    throw new KarError("config", `${where}: key is not the key of cert`);
  }
}

function parseText<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new KarError(
      "config",
      `${name} cannot be used: ${messageOf(error)}; expected PEM text`,
    );
  }
}

let isWarm = false;

/**
 * Makes a handshake with no peer. A thread's first handshake builds the store
 * of roots, which takes some 35 ms and blocks everything: done here, it is not
 * part of the first request's time.
 */
function warmUp(secureContext: SecureContext): void {
  if (isWarm) return;
  isWarm = true;
  const nobody = new Duplex({
    read() {},
    write: (_bytes, _encoding, written) => written(),
  });
  const socket = connect({ socket: nobody, secureContext });
  socket.on("error", () => {});
  socket.destroy();
}
