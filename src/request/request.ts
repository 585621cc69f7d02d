import { KarError } from "../base/mod.ts";
import { fetchComplaint } from "./fetch.ts";
import { type Header, headerComplaints, type Sender } from "./headers.ts";
import { isToken } from "./token.ts";
import { parseUrl, type TargetUrl } from "./url.ts";

/** What a target says of its requests; strings may hold `${NAME}`. */
export interface RequestSpec extends Sender {
  /** The target's, for messages. */
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
}

/** A header as it is sent. */
export interface RequestHeader {
  /** As it is written; protocols that know no upper case change it. */
  readonly name: string;
  readonly value: string;
  /** Whether it comes from the environment. */
  readonly secret: boolean;
}

/** A target's request with everything in its final form, framed by no protocol yet. */
export interface Request {
  readonly url: TargetUrl;
  /** Whether the address comes from the environment. */
  readonly isUrlSecret: boolean;
  readonly method: string;
  /** The user's own. */
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
 * @param expand replaces each `${NAME}`
 * @throws {KarError} (config) for what its client cannot send as it is written
 */
export function readRequest(
  spec: RequestSpec,
  expand: (text: string) => string,
): Request {
  const fail = (what: string, message: string) =>
    new KarError("config", `target ${spec.name}: ${what} ${message}`);
  const urlText = expand(spec.url);
  const url = readUrl(spec, urlText, fail);
  const method = spec.method.toUpperCase();
  if (!isToken(method)) {
    throw fail("method", "must be a method such as GET or POST");
  }
  const headers = spec.headers.map(([name, written]) => {
    const value = expand(written);
    return { name, value: value.trim(), secret: value !== written };
  });
  const lines = headers.map(({ name, value }) => [name, value] as const);
  for (const { index, message } of headerComplaints(lines, spec)) {
    throw fail(`header ${JSON.stringify(headers[index]!.name)}`, message);
  }
  const body = new TextEncoder().encode(expand(spec.body ?? ""));
  const hasLength = body.length > 0 || METHODS_WITH_BODY.has(method);
  return {
    url,
    isUrlSecret: urlText !== spec.url,
    method,
    headers,
    body,
    contentLength: hasLength ? `${body.length}` : null,
  };
}

function readUrl(
  spec: RequestSpec,
  text: string,
  fail: (what: string, message: string) => KarError,
): TargetUrl {
  // As written, where secrets are still names; a password is not shown at all.
  const shown = spec.url.includes("@") ? "url" : `url ${spec.url}`;
  const url = parseUrl(text);
  if (url.kind === "wrong") throw fail(shown, url.message);
  const complaint = fetchComplaint(url, spec);
  if (complaint !== null) throw fail(shown, complaint);
  return url;
}

/** The user's headers after those of kar that the user has not given. */
export function withDefaults(
  { headers }: Pick<Request, "headers">,
  defaults: readonly Header[],
): RequestHeader[] {
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const missing = defaults.filter(([name]) => !given.has(name));
  return [
    ...missing.map(([name, value]) => ({ name, value, secret: false })),
    ...headers,
  ];
}
