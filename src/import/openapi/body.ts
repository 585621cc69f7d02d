import type { DraftContent, DraftHeader, DraftPart } from "../../draft/mod.ts";
import { listOf, literals, mapOf, type Resolve, sampleOf } from "./sample.ts";

/** What an operation sends as its body. */
export interface OperationBody {
  readonly content?: DraftContent;
  readonly body?: string;
  readonly headers: readonly DraftHeader[];
  /** What could not be made; null = nothing. */
  readonly left: string | null;
}

const NOTHING: OperationBody = { headers: [], left: null };

/** The body of an operation, from its examples, else from its schema. */
export function operationBody(
  requestBody: unknown,
  resolve: Resolve,
): OperationBody {
  const contents = mapOf(resolve(requestBody).content);
  const types = Object.keys(contents);
  const find = (pattern: RegExp) => types.find((type) => pattern.test(type));
  const json = find(/^application\/(?:[\w.-]+\+)?json\b/i);
  const form = find(/^application\/x-www-form-urlencoded\b/i);
  const parts = find(/^multipart\/form-data\b/i);
  const [type] = [json, form, parts, types[0]].filter((each) =>
    each !== undefined
  );
  if (type === undefined) return NOTHING;
  const media = resolve(contents[type]);
  const value = valueOf(media, resolve);
  if (type === json) {
    const isUsual = /^application\/json\s*$/i.test(type);
    const headers: DraftHeader[] = isUsual ? [] : [["content-type", type]];
    return { content: { kind: "json", value }, headers, left: null };
  }
  if (type === form) return formBody(value);
  if (type === parts) return partsBody(value, media, resolve);
  return typeof value === "string" && /^text\/|xml/i.test(type)
    ? { body: value, headers: [["content-type", type]], left: null }
    : { headers: [], left: `a body of type ${type}: give one by body:` };
}

function valueOf(media: ReturnType<Resolve>, resolve: Resolve): unknown {
  if (media.example !== undefined) return literals(media.example);
  const [first] = Object.values(mapOf(media.examples));
  const example = resolve(first).value;
  return example === undefined
    ? sampleOf(media.schema ?? {}, resolve)
    : literals(example);
}

function formBody(value: unknown): OperationBody {
  const fields = Object.entries(mapOf(value)).flatMap(([name, item]) =>
    (Array.isArray(item) ? listOf(item) : [item])
      .map((each): DraftHeader => [name, textOf(each)])
  );
  return fields.length === 0
    ? NOTHING
    : { content: { kind: "form", fields }, headers: [], left: null };
}

function partsBody(
  value: unknown,
  media: ReturnType<Resolve>,
  resolve: Resolve,
): OperationBody {
  const properties = mapOf(resolve(media.schema).properties);
  const files: string[] = [];
  const parts: DraftPart[] = [];
  for (const [name, item] of Object.entries(mapOf(value))) {
    const { format, contentMediaType } = resolve(properties[name]);
    if (format === "binary" || contentMediaType !== undefined) files.push(name);
    else parts.push({ name, value: textOf(item) });
  }
  const left = files.length === 0
    ? null
    : `the file of ${files.join(", ")}: name one by multipart:`;
  return parts.length === 0
    ? { headers: [], left: left ?? "a body of no parts" }
    : { content: { kind: "multipart", parts }, headers: [], left };
}

function textOf(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
