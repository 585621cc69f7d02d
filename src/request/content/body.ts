import type { DataSet } from "../data/mod.ts";
import {
  compileText,
  type Expression,
  literal,
  literalBytes,
  sequence,
  type Text,
} from "../fields/mod.ts";
import {
  type Body,
  fileOf,
  makeText,
  type Making,
  piecesOf,
} from "./making.ts";
import { multipartBody } from "./multipart.ts";
import type { Content, FormField, Json } from "./types.ts";

/** Makes the body of a request. */
export function makeBody(content: Content, making: Making): Body {
  switch (content.kind) {
    case "json":
      return {
        text: jsonText(content.value, "", making),
        type: "application/json",
      };
    case "form":
      return {
        text: formText(content.fields, making),
        type: "application/x-www-form-urlencoded",
      };
    case "multipart":
      return multipartBody(content.parts, making);
    case "file":
      return { text: literalBytes(fileOf(content.file, making)), type: null };
  }
}

/** @param pointer where the value stands: RFC 6901 */
function jsonText(value: Json, pointer: string, making: Making): Text {
  if (typeof value === "string") return jsonString(value, pointer, making);
  if (value === null || typeof value !== "object") {
    return literal(JSON.stringify(value));
  }
  const isList = Array.isArray(value);
  const parts: Text[] = [literal(isList ? "[" : "{")];
  Object.entries(value).forEach(([key, item], i) => {
    const name = isList ? "" : `${JSON.stringify(key)}:`;
    parts.push(literal(`${i > 0 ? "," : ""}${name}`));
    const below = key.replaceAll("~", "~0").replaceAll("/", "~1");
    parts.push(jsonText(item, `${pointer}/${below}`, making));
  });
  return sequence([...parts, literal(isList ? "]" : "}")]);
}

function jsonString(text: string, pointer: string, making: Making): Text {
  const where = `json ${pointer}`;
  const pieces = piecesOf(text, where, making);
  const names = [making.step, where];
  const [piece] = pieces;
  if (
    pieces.length === 1 && piece?.kind === "field" &&
    isBare(piece.expression, making.compile.data)
  ) return compileText(pieces, { place: "body", names }, making.compile);
  const escape = (literal: string) => JSON.stringify(literal).slice(1, -1);
  const inner = compileText(
    pieces,
    { place: "json", names, escape },
    making.compile,
  );
  return sequence([literal('"'), inner, literal('"')]);
}

/** Whether a field that is a whole text stands in JSON without quotes. */
function isBare(
  expression: Expression,
  data: ReadonlyMap<string, DataSet>,
): boolean {
  switch (expression.kind) {
    case "int":
    case "seq":
      return true;
    case "now":
    case "clock":
      return !expression.isIso;
    case "cell": {
      const types = data.get(expression.data)?.types ?? {};
      return Object.hasOwn(types, expression.column);
    }
    default:
      return false;
  }
}

function formText(fields: readonly FormField[], making: Making): Text {
  const parts = fields.flatMap(([name, value], i) => {
    const start = `${i > 0 ? "&" : ""}${formEscape(name)}=`;
    const where = { place: "form", where: `form ${name}` } as const;
    return [
      literal(start),
      makeText(value, { ...where, escape: formEscape }, making),
    ];
  });
  return sequence(parts);
}

/** All but unreserved characters: also read by who takes `+` for a plus. */
function formEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
