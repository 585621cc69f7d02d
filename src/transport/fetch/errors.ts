import { messageOf } from "../../base/mod.ts";
import { failure, type FailureKind, type Outcome } from "../outcome.ts";
import { nameReason, systemReason, tlsReason } from "../socket/mod.ts";

/*
 * fetch reports errors in words only. The words are those of the operating
 * system and of the libraries below Deno (hyper, h2, rustls); numbers are those
 * of Windows, whose words differ. The first rule that matches decides.
 */
const ENDED = /(?:^|: )connection error$/i;
const RULES: readonly (readonly [RegExp, FailureKind])[] = [
  [
    /too many open files|assign requested address|cannot allocate memory|no buffer space|os error (?:10024|10048|10049|10055)\)/i,
    "generator",
  ],
  [/dns error/i, "dns"],
  [/connection refused|os error 10061\)/i, "refused"],
  [
    /unreachable|no route to host|host is down|os error (?:10051|10065)\)/i,
    "unreachable",
  ],
  [/timed out|os error 10060\)/i, "timeout"],
  [/NoApplicationProtocol/, "protocol"],
  [
    /certificate|tls handshake|fatal alert|corrupt message|handshake message|peer (?:is incompatible|misbehaved)/i,
    "tls",
  ],
  [
    /reset by peer|connection reset|stream error received|os error 10054\)/i,
    "reset",
  ],
  [/connection error received/i, "goaway"],
  [
    /before message completed|broken pipe|connection (?:was )?(?:closed|aborted)/i,
    "closed",
  ],
  [/message head is too large/i, "too_large"],
  [/connection error detected|client error \(SendRequest\)/i, "protocol"],
  [/reading a body/i, "truncated"],
  // The connection's own task knew the cause, and this call was not told.
  [ENDED, "closed"],
];

/**
 * Why a fetch, or reading its body, was rejected.
 *
 * @param last the failure before this one: calls that waited for the one
 *   connection of HTTP/2 are only told that the call which opened it failed
 * @param url what was asked
 */
export function failureOfFetch(
  error: unknown,
  last: Outcome,
  url: string,
): Outcome {
  const words = wordsOf(error);
  if (/request was canceled/.test(words)) return last;
  const rule = RULES.find(([pattern]) => pattern.test(words));
  const found = rule?.[1] ?? "other";
  if (found === "dns" && noFileLeft()) return failure("generator");
  return failure(found, reasonOf(found, words, url));
}

/** The message for a certificate that may sign others, in `tls.ca` or not. */
const SELF_SIGNED =
  "the certificate is self-signed, and fetch trusts authorities only: name it in tls.ca with client: wire";

/** Where the connections for a URL lead. */
export function placeOf(
  url: string,
): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || (protocol === "https:" ? 443 : 80)),
  };
}

/** What the libraries below say, in kar's words where it has them. */
function reasonOf(kind: FailureKind, words: string, url: string): string {
  const { host, port } = placeOf(url);
  const plain = words.replace(/^client error \(\w+\): /, "")
    .replace(/^(?:tcp \w+(?: \w+)? error|dns error): /, "");
  switch (kind) {
    case "dns":
      return nameReason(host, plain);
    case "tls":
    case "protocol":
      if (isSelfSigned(words)) return SELF_SIGNED;
      return isOfHandshake(words)
        ? tlsReason(plain, { host, nowMs: Date.now() })
        : plain;
    case "refused":
    case "unreachable":
    case "generator":
      return systemReason({ address: host, port }, plain);
    default:
      return ENDED.test(words) && url.startsWith("https:") ? ENDED_TLS : plain;
  }
}

/** A server that misses a client's certificate says so after the handshake (RFC 8446, 4.4.2.4). */
const ENDED_TLS =
  "the connection ended before an answer; if the server asks for a client certificate, give it with tls.cert and tls.key";

/** Whether a certificate that may sign others stands for the server itself. */
export function isSelfSigned(words: string): boolean {
  return /CaUsedAsEndEntity/.test(words);
}

/** Whether words are those of TLS, and not of what is sent through it. */
function isOfHandshake(words: string): boolean {
  return /certificate|handshake|alert|corrupt message|incompatible|misbehaved/
    .test(words);
}

/** What the libraries below say, without the URL. */
export function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const words = messageOf(cause ?? error);
  // The text before it holds the URL, which may match any of the patterns.
  const start = words.lastIndexOf("client error (");
  return start < 0
    ? words.replace(/^error sending request for url \(.*?\): /, "")
    : words.slice(start);
}

/**
 * Looking up a name opens files: with none left the resolver claims that the
 * name is unknown, and blames the target for what is kar's own fault.
 */
function noFileLeft(): boolean {
  try {
    Deno.openSync(Deno.execPath()).close();
    return false;
  } catch (error) {
    return /too many open files/i.test(messageOf(error));
  }
}
