import { KarError, messageOf } from "../../base/mod.ts";
import { headerComplaints, type SendingClient } from "../headers.ts";
import { isToken } from "../token.ts";
import type { Request, RequestHeader } from "../types.ts";

/** A request that is known only when it is asked for: what a script makes. */
export interface AskedParts {
  readonly method: string;
  /** Path and query, behind those of the address. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
}

/** What stays the same for all of them. */
export interface AskedOptions {
  /** The address, and kar's own headers. */
  readonly base: Request;
  readonly sender: SendingClient;
  /** Path of the address, without a slash at its end. */
  readonly before: string;
  readonly maxRequestBytes: number;
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
  { method, path, headers, body }: AskedParts,
  { base, sender, before, maxRequestBytes }: AskedOptions,
): Request {
  if (!isToken(method)) throw wrong("method must be such as GET or POST");
  if (!PATH_REGEXP.test(path) || path.length > PATH_CHARS_MAX) {
    throw wrong(
      "path must begin with / and hold visible ASCII without # only: encode the rest (encodeURIComponent)",
    );
  }
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
  const bytes = body ?? NOTHING;
  const size = own.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    path.length + bytes.length,
  );
  if (size > maxRequestBytes) {
    throw wrong(
      `request has ${size} bytes, must have at most ${maxRequestBytes} (limits.max_request_bytes)`,
    );
  }
  return {
    ...base,
    path: before + path,
    method,
    headers: [
      ...base.headers.filter(({ name }) => !given.has(name.toLowerCase())),
      ...own,
    ],
    body: bytes,
    contentLength: bytes.length > 0 || WITH_BODY.has(method)
      ? `${bytes.length}`
      : null,
  };
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
