import type {
  DraftContent,
  DraftHeader,
  DraftTarget,
} from "../../draft/mod.ts";
import { JsonText, templateOf } from "./literals.ts";

const VERBS: Readonly<Record<string, string>> = {
  get: "GET",
  post: "POST",
  put: "PUT",
  patch: "PATCH",
  del: "DELETE",
  head: "HEAD",
};
const WITHOUT_BODY = new Set(["GET", "HEAD"]);

/** What a call of `http` would send; null where it names no address. */
export function requestOf(
  verb: string,
  values: readonly unknown[],
): Omit<DraftTarget, "name"> | null {
  const [method, ...args] = verb === "request"
    ? [String(values[0] ?? "GET").toUpperCase(), ...values.slice(1)]
    : [VERBS[verb]!, ...values];
  const [url, ...rest] = args;
  if (url === undefined) return null;
  const hasBody = verb === "request" || !WITHOUT_BODY.has(method);
  const [body, params] = hasBody ? rest : [undefined, rest[0]];
  const headers = Object.entries(mapOf(mapOf(params).headers))
    .map(([name, value]): DraftHeader => [name, templateOf(value)]);
  return { url: templateOf(url), method, headers, ...bodyOf(body) };
}

function bodyOf(
  body: unknown,
): { readonly body?: string; readonly content?: DraftContent } {
  if (body === undefined || body === null) return {};
  if (body instanceof JsonText) {
    return { content: { kind: "json", value: templates(body.value) } };
  }
  if (typeof body !== "object" || isText(body)) {
    return { body: templateOf(body) };
  }
  const fields = Object.entries(body).map((
    [name, value],
  ): DraftHeader => [name, templateOf(value)]);
  return fields.length === 0 ? {} : { content: { kind: "form", fields } };
}

function isText(value: object): boolean {
  return "template" in value;
}

/** Strings of a value as the config has them. */
function templates(value: unknown): unknown {
  if (
    typeof value === "string" ||
    (typeof value === "object" && value !== null && isText(value))
  ) {
    return templateOf(value);
  }
  if (Array.isArray(value)) return value.map(templates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, templates(item)]),
  );
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}
