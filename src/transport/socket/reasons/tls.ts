import { messageOf } from "../../../base/mod.ts";
import { codeOf } from "./codes.ts";

/** What a peer's certificate contains. */
export interface SeenCertificate {
  /** Whether it names itself as its issuer. */
  readonly isSelfSigned: boolean;
  /** Name of the issuer; empty = it has none. */
  readonly issuer: string;
  /** Milliseconds since the epoch; NaN = unreadable. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Names and addresses that it stands for. */
  readonly names: readonly string[];
  /** Whether it may be used by a server, by its extended key usage if it has one. */
  readonly isForServers: boolean;
}

/** What is known of a failed handshake. */
export interface TlsFacts {
  /** The name that the certificate should have had. */
  readonly host: string;
  /** The protocols that were offered by ALPN. */
  readonly alpn?: readonly string[];
  /** The certificate, if it could be examined. */
  readonly seen?: SeenCertificate | null;
  readonly nowMs: number;
}

interface Words extends TlsFacts {
  /** Code and text of the library's error; of an alert only the text. */
  readonly text: string;
}

/** Names that a message shows; the others are counted. */
const NAMES_MAX = 5;
/** Seconds and milliseconds of the epoch. */
const SEC_MS = 1000;

const PROTOCOL_VERSIONS =
  "no common TLS version: kar speaks TLS 1.3 and 1.2, not 1.1 or 1.0";
const CIPHERS =
  "no common cipher or key exchange: kar speaks TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20, not CBC, RSA key exchange or DHE";
/** TLS 1.2 has one alert for both. */
const CIPHERS_OR_CERTIFICATE =
  `${CIPHERS}; or the server asks for a client certificate (tls.cert)`;
const NOT_FOR_SERVERS =
  "the certificate is not for servers: its extended key usage does not allow it";

/**
 * What rustls (below `Deno.startTls` and fetch) and Node's codes (below
 * `node:tls`) say, and what that means. The first match decides.
 */
const RULES: readonly (readonly [RegExp, (words: Words) => string])[] = [
  [/certificate expired|Expired|CERT_HAS_EXPIRED/, expired],
  [/not valid before|NotValidYet|CERT_NOT_YET_VALID/, notYetValid],
  [/not valid for name|NotValidForName|ALTNAME|subjectAltName/, otherName],
  [
    /extended key usage|InvalidPurpose|INVALID_PURPOSE/,
    () => NOT_FOR_SERVERS,
  ],
  [
    /CaUsedAsEndEntity|DEPTH_ZERO_SELF_SIGNED|self-signed certificate$/,
    selfSigned,
  ],
  [
    /UnknownIssuer|UNABLE_TO_(?:VERIFY|GET)|SELF_SIGNED_CERT_IN_CHAIN/,
    unknownIssuer,
  ],
  [
    /BadSignature|CERT_SIGNATURE_FAILURE/,
    () => "the certificate's signature is wrong",
  ],
  [/Revoked|CERT_REVOKED/, () => "the certificate was revoked"],
  [
    /ProtocolVersion|Tls12Or13|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/,
    () => PROTOCOL_VERSIONS,
  ],
  [
    /InvalidContentType|WRONG_VERSION_NUMBER|InvalidMessage|corrupt message/,
    () => "the peer does not speak TLS: is this port for http:// instead?",
  ],
  [
    /alert: HandshakeFailure|HANDSHAKE_FAILURE/,
    () => CIPHERS_OR_CERTIFICATE,
  ],
  [
    /InsufficientSecurity|NoCipherSuitesInCommon|NoKxGroupsInCommon/,
    () => CIPHERS,
  ],
  [/NoApplicationProtocol|NO_APPLICATION_PROTOCOL/, otherProtocol],
  [
    /alert: CertificateRequired|CERTIFICATE_REQUIRED/,
    () =>
      "the server asks for a client certificate: give it with tls.cert and tls.key",
  ],
  [
    /alert: (?:UnrecognizedName|UnrecognisedName)|UNRECOGNIZED_NAME/,
    ({ host }) => `the server has no certificate for the name ${host}`,
  ],
  [
    /alert: (BadCertificate|UnsupportedCertificate|CertificateRevoked|CertificateExpired|CertificateUnknown|UnknownC[Aa]|AccessDenied)/,
    ({ text }) =>
      `the server does not take kar's certificate (alert ${alertIn(text)})`,
  ],
  [
    /received fatal alert/,
    ({ text }) => `the server ended the handshake (alert ${alertIn(text)})`,
  ],
  [
    /unexpected end of file|handshake eof|closed during|disconnected before secure|socket hang up/,
    () => "the peer closed the connection during the handshake",
  ],
  [
    /reset by peer|ECONNRESET/,
    () => "the peer reset the connection during the handshake",
  ],
];

/**
 * Why a handshake failed, in one sentence with its remedy.
 *
 * @param error what `Deno.startTls`, `node:tls` or fetch gave
 */
export function tlsReason(error: unknown, facts: TlsFacts): string {
  const message = messageOf(error);
  // For an alert, Node's code says less than its words, and is often a
  // different one.
  const text = /fatal alert/.test(message)
    ? message
    : `${codeOf(error)} ${message}`;
  const words = { ...facts, text };
  const rule = RULES.find(([pattern]) => pattern.test(text));
  return rule?.[1](words) ?? `the handshake failed: ${message}`;
}

/**
 * What more is known of a connection that broke while it was read: where a
 * client certificate is missing, the alert of TLS comes only then.
 */
export function readReason(error: unknown): string {
  return /alert|corrupt message/.test(messageOf(error))
    ? tlsReason(error, { host: "", nowMs: NaN })
    : "";
}

/** Whether examining the certificate may say more than the error does. */
export function isAboutCertificate(error: unknown): boolean {
  return /invalid peer certificate|CERT|UNABLE_TO|ALTNAME|certificate/.test(
    `${codeOf(error)} ${messageOf(error)}`,
  ) && !/fatal alert/.test(messageOf(error));
}

function expired({ text, seen }: Words): string {
  const saidSec = /not valid after (\d+)/.exec(text)?.[1];
  const endMs = saidSec === undefined
    ? seen?.validToMs ?? NaN
    : Number(saidSec) * SEC_MS;
  const since = dayOf(endMs);
  return `the certificate has expired${since === "" ? "" : ` on ${since}`}`;
}

function notYetValid({ text, seen }: Words): string {
  const saidSec = /not valid before (\d+)/.exec(text)?.[1];
  const fromMs = saidSec === undefined
    ? seen?.validFromMs ?? NaN
    : Number(saidSec) * SEC_MS;
  const from = dayOf(fromMs);
  return `the certificate is not valid before ${
    from === "" ? "some later day" : from
  }, or this machine's clock is wrong`;
}

function dayOf(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15
    ? new Date(ms).toISOString().slice(0, 10)
    : "";
}

function otherName({ text, host, seen }: Words): string {
  const names = seen?.names ?? namesIn(text);
  const shown = names.slice(0, NAMES_MAX).join(", ");
  const more = names.length > NAMES_MAX
    ? ` and ${names.length - NAMES_MAX} more`
    : "";
  const has = names.length === 0
    ? "it names no host at all"
    : `it is for ${shown}${more}`;
  return `the certificate is not for ${host}: ${has}; tls.server_name sets the name to ask for`;
}

/** Names as rustls writes them, and as Node does. */
function namesIn(text: string): string[] {
  return [
    ...text.matchAll(
      /(?:DnsName|IpAddress)\("?([^")]+)"?\)|(?:DNS|IP Address):([^,\s]+)/g,
    ),
  ].map(([, rustls, node]) => rustls ?? node!);
}

function selfSigned(words: Words): string {
  return isOver(words)
    ? expired(words)
    : "the certificate is self-signed: trust it with tls.ca; tls.insecure accepts any certificate";
}

function unknownIssuer(words: Words): string {
  const { seen } = words;
  // Deno's node:tls says of these, too, that it cannot verify them.
  if (isOver(words)) return expired(words);
  if (isEarly(words)) return notYetValid(words);
  if (seen?.isForServers === false) return NOT_FOR_SERVERS;
  if (seen?.isSelfSigned) return selfSigned(words);
  if (!seen) {
    return "the certificate is self-signed, or its issuer is not a known authority: name it with tls.ca";
  }
  const issuer = seen.issuer === "" ? "" : ` (${seen.issuer})`;
  return `the certificate's issuer${issuer} is not a known authority: name it with tls.ca`;
}

function isOver({ seen, nowMs }: Words): boolean {
  return seen !== null && seen !== undefined && seen.validToMs < nowMs;
}

function isEarly({ seen, nowMs }: Words): boolean {
  return seen !== null && seen !== undefined && seen.validFromMs > nowMs;
}

/** The beginning of the reason where the peer accepts none of the protocols that ALPN offers. */
export const NO_COMMON_PROTOCOL =
  "the server does not speak the protocol that was asked for";

function otherProtocol({ alpn = [] }: Words): string {
  const offered = alpn.length === 0 ? "" : ` (${alpn.join(", ")})`;
  return NO_COMMON_PROTOCOL + offered;
}

function alertIn(text: string): string {
  return /alert: (\w+)/.exec(text)?.[1] ?? "unknown";
}
