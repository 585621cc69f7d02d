import { ScriptUseError } from "../thrown.ts";
import type { ScriptRequest } from "../types.ts";

/** A request as a script writes it. */
export interface WrittenRequest {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
  readonly json?: unknown;
  readonly form?: unknown;
  readonly body?: unknown;
  readonly keep?: unknown;
  readonly mayFail?: unknown;
}

const KEYS: ReadonlySet<string> = new Set([
  ...["method", "path", "headers", "json", "form", "body", "keep", "mayFail"],
]);
const ENCODER = new TextEncoder();

/**
 * Reads a request of a script.
 *
 * @throws {ScriptUseError} for an invalid request
 */
export function askedOf(step: number, written: WrittenRequest): ScriptRequest {
  if (typeof written !== "object" || written === null) {
    throw new ScriptUseError("http: the request must be an object");
  }
  if (Object.keys(written).some((key) => !KEYS.has(key))) {
    const known = [...KEYS].join(", ");
    throw new ScriptUseError(`http: the keys of a request are ${known}`);
  }
  const { method = "GET", path, keep = false, mayFail = false } = written;
  if (typeof method !== "string") throw wrong("method", "a text such as POST");
  if (typeof path !== "string") throw wrong("path", "a text such as /items");
  if (typeof keep !== "boolean") throw wrong("keep", "true or false");
  if (typeof mayFail !== "boolean") throw wrong("mayFail", "true or false");
  const { body, type } = bodyOf(written);
  const headers = headersOf(written.headers ?? {});
  const isTyped = headers.some(([name]) =>
    name.toLowerCase() === "content-type"
  );
  return {
    ...{ step, path, keep, mayFail, body },
    method: method.toUpperCase(),
    headers: type === null || isTyped
      ? headers
      : [["content-type", type], ...headers],
  };
}

function wrong(key: string, must: string): ScriptUseError {
  return new ScriptUseError(`http: ${key} must be ${must}`);
}

function headersOf(headers: unknown): (readonly [string, string])[] {
  const must = "texts by their names";
  if (typeof headers !== "object" || headers === null) {
    throw wrong("headers", must);
  }
  return Object.entries(headers).map(([name, value]) => {
    if (typeof value !== "string") throw wrong("headers", must);
    return [name, value] as const;
  });
}

function bodyOf(
  { json, form, body }: WrittenRequest,
): { readonly body: Uint8Array | null; readonly type: string | null } {
  const given = [json, form, body].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new ScriptUseError("http: give one of json, form and body");
  }
  if (json !== undefined) {
    const text = JSON.stringify(json);
    if (text === undefined) throw wrong("json", "what JSON can hold");
    return { body: ENCODER.encode(text), type: "application/json" };
  }
  if (form !== undefined) {
    return {
      body: ENCODER.encode(formText(form)),
      type: "application/x-www-form-urlencoded",
    };
  }
  if (body === undefined) return { body: null, type: null };
  if (typeof body === "string") {
    return { body: ENCODER.encode(body), type: null };
  }
  // A copy, since the script may write into its own.
  if (body instanceof Uint8Array) return { body: body.slice(), type: null };
  throw wrong("body", "a text or a Uint8Array");
}

function formText(form: unknown): string {
  const must = "texts, numbers and booleans by their names";
  if (typeof form !== "object" || form === null) throw wrong("form", must);
  return Object.entries(form).map(([name, value]) => {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw wrong("form", must);
    }
    return `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
  }).join("&");
}
