import { type ProtocolName, protocolOf } from "../protocol/mod.ts";
import { isToken } from "./token.ts";

/** One line of a request's head. */
export type Header = readonly [name: string, value: string];

/** Who sends, as far as it decides what may be sent. */
export interface SendingClient {
  readonly protocol: ProtocolName;
  readonly client: "wire" | "fetch" | "connect";
}

/** What is wrong with one header ("must …"); never holds its value. */
export interface Complaint {
  /** Which header. */
  readonly index: number;
  readonly message: string;
}

const NAME_CHARS_MAX = 256;
const VALUE_CHARS_MAX = 8192;
/** Visible ASCII, space, tab and the upper half of Latin-1: RFC 9110, 5.5. */
const VALUE_REGEXP = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that say how the bytes of a message are cut: whoever sends writes them. */
const FRAMING: ReadonlySet<string> = new Set([
  "content-length",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** What gRPC's own rules fill in. */
const OF_GRPC: ReadonlySet<string> = new Set(["content-type", "grpc-timeout"]);
/** What a message has once (RFC 9112, 3.2). */
const ONCE: ReadonlySet<string> = new Set(["host", "connection"]);
/** All that kar knows to do with a connection. */
const CONNECTION_REGEXP = /^(?:close|keep-alive)$/i;

/** Everything that a sender cannot send as it is written, in the order of the headers. */
export function headerComplaints(
  headers: readonly Header[],
  sender: SendingClient,
): Complaint[] {
  const before = new Set<string>();
  return headers.flatMap(([name, value], index) => {
    const lower = name.toLowerCase();
    const message = nameComplaint(name, sender) ??
      (before.has(lower) ? againComplaint(lower, sender) : null) ??
      valueComplaint(lower, value, sender);
    before.add(lower);
    return message === null ? [] : [{ index, message }];
  });
}

function nameComplaint(name: string, sender: SendingClient): string | null {
  const lower = name.toLowerCase();
  if (!isToken(name)) {
    return "must have a header's name: letters, digits and - without spaces";
  }
  if (name.length > NAME_CHARS_MAX) {
    return `must have a name of at most ${NAME_CHARS_MAX} characters`;
  }
  if (FRAMING.has(lower)) {
    return "is set by kar, which frames the message: leave it out";
  }
  if (isCall(sender) && OF_GRPC.has(lower)) {
    return "is set by kar as gRPC says: leave it out";
  }
  return lower === "connection" ? connectionComplaint(sender) : null;
}

function isCall({ protocol }: Pick<SendingClient, "protocol">): boolean {
  return protocolOf(protocol).request === "call";
}

function connectionComplaint(
  { protocol, client }: SendingClient,
): string | null {
  if (protocolOf(protocol).isMultiplexed) {
    return "must be left out: HTTP/2 has no such header; max_requests_per_connection: 1 closes after each request";
  }
  return client === "fetch"
    ? "must be left out with client: fetch, which keeps connections as it likes; use client: wire"
    : null;
}

function againComplaint(
  lower: string,
  { client }: SendingClient,
): string | null {
  if (ONCE.has(lower)) return "must be given once";
  return client === "wire"
    ? null
    : `must be given once with client: ${client}, which joins the values with commas; use client: wire`;
}

function valueComplaint(
  lower: string,
  value: string,
  { protocol, client }: SendingClient,
): string | null {
  if (/[\r\n]/.test(value)) {
    return "must not hold a line break: it would add headers of its own";
  }
  if (!VALUE_REGEXP.test(value)) {
    return "must hold visible characters only; encode others";
  }
  if (value.length > VALUE_CHARS_MAX) {
    return `must have at most ${VALUE_CHARS_MAX} characters`;
  }
  if (lower === "connection" && !CONNECTION_REGEXP.test(value.trim())) {
    return "must be close or keep-alive";
  }
  if (isCall({ protocol }) && lower.endsWith("-bin") && !isBinary(value)) {
    return "must be base64: gRPC sends metadata whose name ends in -bin so";
  }
  const isPlain = client === "wire" || !/[\x80-\xff]/.test(value);
  return isPlain
    ? null
    : `must hold ASCII only with client: ${client}, which sends other characters as Latin-1; use client: wire, which sends UTF-8`;
}

/** Bytes of gRPC's metadata: RFC 4648, section 4, with or without padding; several with commas. */
function isBinary(value: string): boolean {
  return value.split(",").every((part) => {
    const text = part.trim();
    const digits = text.replace(/=+$/, "");
    const isPadded = digits.length < text.length;
    return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && digits.length % 4 !== 1 &&
      (!isPadded || text.length % 4 === 0);
  });
}
