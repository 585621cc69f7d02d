import { ScriptUseError } from "../thrown.ts";
import type { ScriptRequest } from "../types.ts";
import { asked, type WrittenAsk, wrong } from "./asked.ts";

/** A request as a script writes it. */
export interface WrittenRequest extends WrittenAsk {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
  readonly json?: unknown;
  readonly form?: unknown;
  readonly body?: unknown;
  readonly keep?: unknown;
}

const KEYS = ["method", "path", "headers", "json", "form", "body", "keep"];
const ENCODER = new TextEncoder();

/**
 * Reads a request of a script.
 *
 * @throws {ScriptUseError} for an invalid request
 */
export function askedOf(step: number, written: WrittenRequest): ScriptRequest {
  const common = asked(written, {
    ...{ what: "http", keys: KEYS, fields: "headers", codes: [100, 599] },
  });
  const { method = "GET", path, keep = false } = written;
  if (typeof method !== "string") {
    throw wrong("http", "method", "a text such as POST");
  }
  if (typeof path !== "string") {
    throw wrong("http", "path", "a text such as /items");
  }
  if (typeof keep !== "boolean") throw wrong("http", "keep", "true or false");
  const { body, type } = bodyOf(written);
  const { headers } = common;
  const isTyped = headers.some(([name]) =>
    name.toLowerCase() === "content-type"
  );
  return {
    ...common,
    ...{ kind: "http", step, path, keep, body },
    method: method.toUpperCase(),
    headers: type === null || isTyped
      ? headers
      : [["content-type", type], ...headers],
  };
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
    if (text === undefined) throw wrong("http", "json", "what JSON can hold");
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
  throw wrong("http", "body", "a text or a Uint8Array");
}

function formText(form: unknown): string {
  const must = "texts, numbers and booleans by their names";
  if (typeof form !== "object" || form === null) {
    throw wrong("http", "form", must);
  }
  return Object.entries(form).map(([name, value]) => {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw wrong("http", "form", must);
    }
    return `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
  }).join("&");
}
