import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { TransportContext } from "../port.ts";

/** All that a target's requests have in common; built once. */
export interface PreparedRequest {
  readonly url: URL;
  /** Head and body as they are sent, every time the same. */
  readonly bytes: Uint8Array;
  /** Whether answers have no body, because the method is HEAD. */
  readonly bodiless: boolean;
  /** Whether the request itself asks that the connection be closed after it. */
  readonly closes: boolean;
}

const NAME_REGEXP = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters could end the header and begin another. */
// deno-lint-ignore no-control-regex
const CONTROL_REGEXP = /[\x00-\x08\x0a-\x1f\x7f]/;
/** Methods whose requests say that their body is empty (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
/** What kar decides itself, because the framing hangs on it. */
const FRAMING = new Set(["content-length", "transfer-encoding"]);

/**
 * Builds the bytes of a target's requests.
 *
 * @throws KarError (config) for what cannot be sent over HTTP/1.1
 */
export function prepareRequest(
  target: TargetPlan,
  context: Pick<TransportContext, "expand" | "userAgent">,
): PreparedRequest {
  const url = parseUrl(target, context.expand(target.url));
  const method = target.method.toUpperCase();
  if (!NAME_REGEXP.test(method)) {
    throw wrong(target, `method ${JSON.stringify(method)} is no HTTP method`);
  }
  const body = new TextEncoder().encode(context.expand(target.body ?? ""));
  const own = ownHeaders(target, context.expand);
  const headers = [
    ...defaultHeaders(url, own, context.userAgent),
    ...own,
    ...(body.length > 0 || METHODS_WITH_BODY.has(method)
      ? [["content-length", `${body.length}`] as const]
      : []),
  ];
  const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n` +
    headers.map(([name, value]) => `${name}: ${value}\r\n`).join("") + "\r\n";
  return {
    url,
    bytes: concat(new TextEncoder().encode(head), body),
    bodiless: method === "HEAD",
    closes: own.some(([name, value]) =>
      name.toLowerCase() === "connection" && /\bclose\b/i.test(value)
    ),
  };
}

type Header = readonly [name: string, value: string];

function parseUrl(target: TargetPlan, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // The url as written, where secrets are still names.
    throw wrong(target, `url ${target.url} is not http://… or https://…`);
  }
  if (url.username !== "" || url.password !== "") {
    throw wrong(target, "its url holds a user; send an authorization header");
  }
  return url;
}

function ownHeaders(
  target: TargetPlan,
  expand: (text: string) => string,
): Header[] {
  return target.headers.map(([name, value]) => {
    const shown = JSON.stringify(name);
    if (!NAME_REGEXP.test(name)) {
      throw wrong(target, `${shown} is no name of a header`);
    }
    if (FRAMING.has(name.toLowerCase())) {
      throw wrong(target, `header ${shown} is kar's to set, from the body`);
    }
    const expanded = expand(value).trim();
    if (CONTROL_REGEXP.test(expanded)) {
      throw wrong(target, `header ${shown} holds a control character`);
    }
    return [name, expanded];
  });
}

function defaultHeaders(
  url: URL,
  own: readonly Header[],
  userAgent: string,
): Header[] {
  const given = new Set(own.map(([name]) => name.toLowerCase()));
  const defaults: Header[] = [["host", url.host], ["user-agent", userAgent]];
  return defaults.filter(([name]) => !given.has(name));
}

function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}

function concat(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
