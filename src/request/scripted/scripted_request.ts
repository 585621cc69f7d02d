import { KarError, messageOf } from "../../base/mod.ts";
import { frameMessages } from "../grpc.ts";
import { headerComplaints, type SendingClient } from "../headers.ts";
import { isToken } from "../token.ts";
import type { Request, RequestHeader } from "../types.ts";

/** What is known only when it is asked for: what a script makes. */
export type AskedParts = AskedHttp | AskedCall;

/** A request of HTTP. */
export interface AskedHttp {
  readonly kind: "http";
  readonly method: string;
  /** Path and query, behind those of the address. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
}

/** A call of gRPC. */
export interface AskedCall {
  readonly kind: "call";
  /** Its metadata. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The message, or a list of them, as text of JSON. */
  readonly message: string;
}

/** Encodes the messages of a call, or says what is wrong with them. */
export type EncodeCall = (
  message: string,
) => { readonly messages: readonly Uint8Array[] } | { readonly why: string };

/** What stays the same for all of them. */
export interface AskedOptions {
  /** The address, and kar's own headers. */
  readonly base: Request;
  readonly sender: SendingClient;
  /** Path of the address, without a slash at its end. */
  readonly before: string;
  readonly maxRequestBytes: number;
  /** null = it is no call. */
  readonly encodeCall: EncodeCall | null;
}

const PATH_REGEXP = /^\/[\x21\x22\x24-\x7e]*$/;
const PATH_CHARS_MAX = 8192;
const HEADERS_MAX = 100;
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);
/** What no table of a connection keeps. */
const SECRET: ReadonlySet<string> = new Set([
  ...["authorization", "cookie", "proxy-authorization"],
]);

/**
 * Makes a request of what is asked for.
 *
 * @throws {KarError} (config) for what cannot be sent; no message holds a value
 */
export function askedRequest(
  asked: AskedParts,
  options: AskedOptions,
): Request {
  return asked.kind === "call"
    ? callOf(asked, options)
    : httpOf(asked, options);
}

function httpOf(
  { method, path, headers, body }: AskedHttp,
  options: AskedOptions,
): Request {
  if (!isToken(method)) throw wrong("method must be such as GET or POST");
  if (!PATH_REGEXP.test(path) || path.length > PATH_CHARS_MAX) {
    throw wrong(
      "path must begin with / and hold visible ASCII without # only: encode the rest (encodeURIComponent)",
    );
  }
  const bytes = body ?? NOTHING;
  return {
    ...options.base,
    path: options.before + path,
    method,
    headers: headersOf(headers, path.length + bytes.length, options),
    body: bytes,
    contentLength: bytes.length > 0 || WITH_BODY.has(method)
      ? `${bytes.length}`
      : null,
  };
}

/** A call has its path, and its length is that of its messages. */
function callOf(
  { headers, message }: AskedCall,
  options: AskedOptions,
): Request {
  const encoded = options.encodeCall!(message);
  if ("why" in encoded) throw wrong(encoded.why);
  const body = frameMessages(encoded.messages);
  return {
    ...options.base,
    headers: headersOf(headers, body.length, options),
    body,
  };
}

/** Kar's own headers and those that are asked for. */
function headersOf(
  headers: AskedParts["headers"],
  otherBytes: number,
  { base, sender, maxRequestBytes }: AskedOptions,
): RequestHeader[] {
  const [complaint] = headers.length > HEADERS_MAX
    ? [{ index: 0, message: `must be one of at most ${HEADERS_MAX}` }]
    : headerComplaints(headers, sender);
  if (complaint !== undefined) {
    // A name may hold anything, too.
    throw wrong(`header ${complaint.index + 1}: ${complaint.message}`);
  }
  const own = headers.map(([name, value]): RequestHeader => ({
    ...{ name, value: value.trim() },
    secret: SECRET.has(name.toLowerCase()),
  }));
  const given = new Set(own.map(({ name }) => name.toLowerCase()));
  const size = own.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    otherBytes,
  );
  if (size > maxRequestBytes) {
    throw wrong(
      `request has ${size} bytes, must have at most ${maxRequestBytes} (limits.max_request_bytes)`,
    );
  }
  return [
    ...base.headers.filter(({ name }) => !given.has(name.toLowerCase())),
    ...own,
  ];
}

const NOTHING = new Uint8Array(0);

function wrong(message: string): KarError {
  return new KarError("config", message);
}

/** Frames what is asked for, or says why it cannot be sent. */
export function framedOr<T>(frame: () => T): { framed: T } | { why: string } {
  try {
    return { framed: frame() };
  } catch (error) {
    if (!(error instanceof KarError)) throw error;
    return { why: messageOf(error) };
  }
}
