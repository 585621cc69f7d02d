import { KarError } from "../base/mod.ts";
import {
  basicAuth,
  FIELD_MASK,
  headerText,
  type Making,
} from "./content/mod.ts";
import { isTemplate, literal, maskFields, type Text } from "./fields/mod.ts";
import { headerComplaints } from "./headers.ts";
import type { RequestHeader, RequestSpec } from "./types.ts";

/** A header before it is known whether it varies. */
export interface HeaderText extends RequestHeader {
  readonly text: Text;
}

/**
 * Reads the headers that a target names, with nothing in the place of fields.
 *
 * @throws {KarError} (config) for one that its client cannot send
 */
export function readHeaders(
  spec: Omit<RequestSpec, "timeoutMs">,
  expand: (text: string) => string,
): RequestHeader[] {
  const headers = spec.headers.map(([name, written]) => {
    const masked = maskFields(written, FIELD_MASK);
    const value = expand(masked);
    return { name, value: value.trim(), secret: value !== masked };
  });
  const lines = headers.map(({ name, value }) => [name, value] as const);
  for (const { index, message } of headerComplaints(lines, spec)) {
    const name = JSON.stringify(headers[index]!.name);
    throw wrong(spec, `header ${name}`, message);
  }
  return headers;
}

/** The target's headers, and what its `basicAuth` says. */
export function draftHeaders(spec: RequestSpec, making: Making): HeaderText[] {
  const { expand } = making.compile;
  const headers = readHeaders(spec, expand).map((header, i) => {
    const [name, written] = spec.headers[i]!;
    if (!isTemplate(written)) return { ...header, text: literal(header.value) };
    const text = headerText(written, `header ${name.toLowerCase()}`, making);
    return { ...header, value: written, text };
  });
  if (!spec.basicAuth) return headers;
  const text = basicAuth(spec.basicAuth, making);
  const { user, password } = spec.basicAuth;
  const secret = [user, password].some((part) => expand(part) !== part);
  return [...headers, { name: "authorization", value: "Basic", secret, text }];
}

/** The user's headers after those of kar that the user has not given. */
export function withDefaults(
  headers: readonly HeaderText[],
  defaults: readonly HeaderText[],
): HeaderText[] {
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const missing = defaults.filter(({ name }) => !given.has(name));
  return [...missing, ...headers];
}

export function plain(name: string, value: string): HeaderText {
  return { name, value, secret: false, text: literal(value) };
}

export function wrong(
  { name }: Pick<RequestSpec, "name">,
  what: string,
  message: string,
): KarError {
  return new KarError("config", `target ${name}: ${what} ${message}`);
}
