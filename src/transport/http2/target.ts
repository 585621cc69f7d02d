import { KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { TransportContext } from "../port.ts";
import { CONNECTION_FIELDS } from "./head.ts";
import type { HeaderField } from "./hpack/mod.ts";

type Expand = TransportContext["expand"];

const NAME_REGEXP = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters could end the field and begin another on the way. */
// deno-lint-ignore no-control-regex
const CONTROL_REGEXP = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Reads a target's URL. */
export function urlOf(target: TargetPlan, expand: Expand): URL {
  const url = URL.parse(expand(target.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(target, `url ${target.url} is not http://… or https://…`);
  }
  if (url.username !== "" || url.password !== "") {
    throw wrong(target, "its url holds a user; send an authorization header");
  }
  return url;
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
  expand: Expand,
  options: FieldOptions,
): HeaderField[] {
  const { url, method, path, defaults, fixed } = options;
  if (!NAME_REGEXP.test(method)) {
    throw wrong(target, `method ${JSON.stringify(method)} is no HTTP method`);
  }
  const given = target.headers.map(([name, text]) =>
    userField(target, name, { text, value: expand(text).trim() })
  );
  const kars = ["content-length", ...fixed.map(([name]) => name)];
  for (const field of given) checkField(target, field, kars);
  const names = new Set(given.map(({ name }) => name));
  const isSecret = expand(target.url) !== target.url;
  const host = given.find(({ name }) => name === "host");
  return [
    plain([":method", method]),
    plain([":scheme", url.protocol.slice(0, -1)]),
    plain([":authority", host?.value ?? url.host]),
    { name: ":path", value: path, secret: isSecret },
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
  name: string,
  { text, value }: { readonly text: string; readonly value: string },
): HeaderField {
  const shown = JSON.stringify(name);
  if (!NAME_REGEXP.test(name)) {
    throw wrong(target, `${shown} is no name of a header`);
  }
  if (CONTROL_REGEXP.test(value)) {
    throw wrong(target, `header ${shown} holds a control character`);
  }
  return { name: name.toLowerCase(), value, secret: value !== text.trim() };
}

function checkField(
  target: TargetPlan,
  { name, value }: HeaderField,
  kars: readonly string[],
): void {
  if (CONNECTION_FIELDS.includes(name)) {
    throw wrong(target, `HTTP/2 has no header ${name}; leave it out`);
  }
  if (kars.includes(name)) {
    throw wrong(target, `header ${name} is kar's to set; leave it out`);
  }
  if (name === "te" && value !== "trailers") {
    throw wrong(target, "header te may only be trailers in HTTP/2");
  }
}

/** The error of a target that cannot be asked. */
function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}
