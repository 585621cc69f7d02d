import { assert, KarError } from "../base/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { fetchComplaint } from "./fetch.ts";
import {
  ACCEPT_ENCODING,
  frameMessages,
  grpcHeaders,
  type GrpcRequest,
} from "./grpc.ts";
import {
  type Header,
  headerComplaints,
  type SendingClient,
} from "./headers.ts";
import { isToken } from "./token.ts";
import { parseUrl, type TargetUrl } from "./url.ts";

/** What a target says of its requests; strings may hold `${NAME}`. */
export interface RequestSpec extends SendingClient {
  /** The target's, for messages. */
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
  readonly timeoutMs: number;
}

/** What a request is made of beside what its target says. */
export interface RequestOptions {
  /** Replaces each `${NAME}`. */
  readonly expand: (text: string) => string;
  /** Value of `user-agent` where the target sets none. */
  readonly userAgent: string;
  /** What is called; null where the protocol is not gRPC. */
  readonly grpc: GrpcRequest | null;
}

/** A header as it is sent. */
export interface RequestHeader {
  /** As it is written; protocols that know no upper case change it. */
  readonly name: string;
  readonly value: string;
  /** Whether it comes from the environment. */
  readonly secret: boolean;
}

/** A request with everything in its final form, framed by no protocol yet. */
export interface Request {
  readonly url: TargetUrl;
  /** Path and query as they are sent; the method's path where it is a call of gRPC. */
  readonly path: string;
  /** Whether the path may come from the environment. */
  readonly isPathSecret: boolean;
  readonly method: string;
  /**
   * In the order in which they are sent: kar's own where the user has given
   * none, the user's, and what gRPC fixes. Without a host, unless the user has
   * given one, and without the length: each protocol says these its own way.
   */
  readonly headers: readonly RequestHeader[];
  readonly body: Uint8Array;
  /** The value of `content-length`; null = there is none. */
  readonly contentLength: string | null;
}

/** Methods whose requests say that their body is empty (RFC 9110, 8.6). */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set([
  "POST",
  "PUT",
  "PATCH",
]);

/**
 * Makes a target's request.
 *
 * @throws {KarError} (config) for what its client cannot send as it is written
 */
export function readRequest(
  spec: RequestSpec,
  options: RequestOptions,
): Request {
  const { expand, userAgent } = options;
  const url = readUrl(spec, expand);
  if (protocolOf(spec.protocol).request === "call") {
    return callOf(spec, options, url);
  }
  const method = spec.method.toUpperCase();
  if (!isToken(method)) {
    throw wrong(spec, "method", "must be a method such as GET or POST");
  }
  const own = readHeaders(spec, expand);
  const body = new TextEncoder().encode(expand(spec.body ?? ""));
  const hasLength = body.length > 0 || METHODS_WITH_BODY.has(method);
  const defaults: Header[] = [["user-agent", userAgent]];
  // Else fetch asks for compression, and unpacks what comes.
  if (spec.client === "fetch") defaults.push(["accept-encoding", "identity"]);
  return {
    url,
    path: url.path,
    isPathSecret: expand(spec.url) !== spec.url,
    method,
    headers: withDefaults(own, defaults),
    body,
    contentLength: hasLength ? `${body.length}` : null,
  };
}

/** A call of gRPC: whatever method and body its target names. */
function callOf(
  spec: RequestSpec,
  { expand, userAgent, grpc }: RequestOptions,
  url: TargetUrl,
): Request {
  assert(grpc, "a gRPC target is resolved before its request is made");
  const defaults: Header[] = [["user-agent", userAgent]];
  // Connect writes its own, of the encodings that it is given.
  if (spec.client === "wire") defaults.push(ACCEPT_ENCODING);
  return {
    url,
    path: grpc.path,
    isPathSecret: expand(spec.url) !== spec.url,
    method: "POST",
    headers: [
      ...withDefaults(readHeaders(spec, expand), defaults),
      ...grpcHeaders(spec.timeoutMs).map(plain),
    ],
    body: frameMessages(grpc.messages),
    contentLength: null,
  };
}

/**
 * Reads a target's address.
 *
 * @throws {KarError} (config) for one that its client cannot send to
 */
export function readUrl(
  spec: Omit<RequestSpec, "timeoutMs">,
  expand: (text: string) => string,
): TargetUrl {
  // As written, where secrets are still names; a password is not shown at all.
  const shown = spec.url.includes("@") ? "url" : `url ${spec.url}`;
  const url = parseUrl(expand(spec.url));
  if (url.kind === "wrong") throw wrong(spec, shown, url.message);
  const complaint = fetchComplaint(url, spec);
  if (complaint !== null) throw wrong(spec, shown, complaint);
  return url;
}

/**
 * Reads the headers that a target names.
 *
 * @throws {KarError} (config) for one that its client cannot send
 */
export function readHeaders(
  spec: Omit<RequestSpec, "timeoutMs">,
  expand: (text: string) => string,
): RequestHeader[] {
  const headers = spec.headers.map(([name, written]) => {
    const value = expand(written);
    return { name, value: value.trim(), secret: value !== written };
  });
  const lines = headers.map(({ name, value }) => [name, value] as const);
  for (const { index, message } of headerComplaints(lines, spec)) {
    const name = JSON.stringify(headers[index]!.name);
    throw wrong(spec, `header ${name}`, message);
  }
  return headers;
}

/** The user's headers after those of kar that the user has not given. */
function withDefaults(
  headers: readonly RequestHeader[],
  defaults: readonly Header[],
): RequestHeader[] {
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const missing = defaults.filter(([name]) => !given.has(name));
  return [...missing.map(plain), ...headers];
}

function plain([name, value]: Header): RequestHeader {
  return { name, value, secret: false };
}

function wrong(
  { name }: Pick<RequestSpec, "name">,
  what: string,
  message: string,
): KarError {
  return new KarError("config", `target ${name}: ${what} ${message}`);
}
