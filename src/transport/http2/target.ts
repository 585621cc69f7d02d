import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { TransportContext } from "../port.ts";
import type { Endpoint, TlsTexts } from "../socket/mod.ts";
import { CONNECTION_FIELDS } from "./head.ts";
import type { HeaderField } from "./hpack/mod.ts";

/** The part of a context that building a request needs. */
export type RequestContext = Pick<TransportContext, "expand" | "userAgent">;

const ALPN = ["h2"];
const NAME_REGEXP = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters could end the field and begin another on the way. */
// deno-lint-ignore no-control-regex
const CONTROL_REGEXP = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Reads a target's URL. */
export function urlOf(target: TargetPlan, context: RequestContext): URL {
  const url = URL.parse(context.expand(target.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(target, `url ${target.url} is not http://… or https://…`);
  }
  if (url.username !== "" || url.password !== "") {
    throw wrong(target, "its url holds a user; send an authorization header");
  }
  return url;
}

/** Where a target's connections lead, with HTTP/2 asked for by ALPN. */
export function endpointOf(
  target: TargetPlan,
  url: URL,
  tls: TlsTexts,
): Endpoint {
  const isTls = url.protocol === "https:";
  return {
    // URL writes IPv6 addresses in brackets, sockets want them without.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || (isTls ? 443 : 80)),
    tls: !isTls ? null : {
      ...tls,
      serverName: target.tls?.serverName ?? null,
      insecure: target.insecure === true,
      alpn: ALPN,
    },
  };
}

/** What of a header block is the protocol's, beside what the target's user gave. */
export interface FieldOptions {
  readonly url: URL;
  readonly method: string;
  readonly path: string;
  /** Fields that are sent unless the user gave one of that name. */
  readonly defaults: readonly Header[];
  /** Fields that are always sent, and that no user may give. */
  readonly fixed: readonly Header[];
}

type Header = readonly [name: string, value: string];

/**
 * The fields of a target's requests in their order.
 *
 * @throws KarError (config) for what cannot be sent over HTTP/2
 */
export function requestFields(
  target: TargetPlan,
  context: RequestContext,
  options: FieldOptions,
): HeaderField[] {
  const { url, method, path, defaults, fixed } = options;
  const given = target.headers.map((header) =>
    userField(target, context, header)
  );
  const names = new Set(given.map(({ name }) => name));
  for (const name of CONNECTION_FIELDS) {
    if (names.has(name)) {
      throw wrong(target, `HTTP/2 has no header ${name}; leave it out`);
    }
  }
  for (const [name] of fixed) {
    if (names.has(name)) {
      throw wrong(target, `header ${name} is kar's to set; leave it out`);
    }
  }
  const host = given.find(({ name }) => name === "host");
  return [
    plain([":method", method]),
    plain([":scheme", url.protocol.slice(0, -1)]),
    plain([":authority", host?.value ?? url.host]),
    plain([":path", path]),
    ...defaults.filter(([name]) => !names.has(name)).map(plain),
    ...given.filter(({ name }) => name !== "host"),
    ...fixed.map(plain),
  ];
}

function plain([name, value]: Header): HeaderField {
  return { name, value, secret: false };
}

/** A value that comes from the environment is a secret. */
function userField(
  target: TargetPlan,
  context: RequestContext,
  [name, text]: Header,
): HeaderField {
  const shown = JSON.stringify(name);
  if (!NAME_REGEXP.test(name)) {
    throw wrong(target, `${shown} is no name of a header`);
  }
  const value = context.expand(text).trim();
  if (CONTROL_REGEXP.test(value)) {
    throw wrong(target, `header ${shown} holds a control character`);
  }
  return { name: name.toLowerCase(), value, secret: value !== text.trim() };
}

/** The error of a target that cannot be asked. */
export function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}
