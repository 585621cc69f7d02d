import { excerpt, suggest } from "../../base/mod.ts";
import { ONLY_COLUMN } from "../data/mod.ts";
import { GENERATOR_NAMES, isGenerator, readGenerator } from "./generators.ts";
import type { Expression, Names, TemplatePiece } from "./types.ts";

/*
 * {{users.id}}    the column id of the data set users, in the arrival's row
 * {{colors}}      the only column of a data set that has one
 * {{int 1 100}}   a generator and its words
 * {{token}}       a variable that a journey has captured
 * {{{{            the two characters {{
 */

/** A field, or the escape; of three braces the first stands for itself. */
export const FIELD_REGEXP = /\{\{\{\{|\{\{(?!\{(?:[^{]|$))[^]*?\}\}/g;
const OPEN = "{{";
const CLOSE = "}}";
const FIELD_CHARS_MAX = 1024;
const SHOWN_CHARS = 60;

/** A template, or everything that is wrong with it. */
export type ParsedTemplate =
  | { readonly kind: "template"; readonly pieces: readonly TemplatePiece[] }
  | { readonly kind: "wrong"; readonly messages: readonly string[] };

/** Whether a text has a field, or the escape of one. */
export function isTemplate(text: string): boolean {
  return text.includes(OPEN);
}

/** Takes a text apart. Never looks into the value of an environment variable: give it as it is written. */
export function parseTemplate(text: string, names: Names): ParsedTemplate {
  const pieces: TemplatePiece[] = [];
  const messages: string[] = [];
  let literal = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    literal += text.slice(at, open < 0 ? text.length : open);
    if (open < 0) break;
    if (text.startsWith(OPEN + OPEN, open)) {
      literal += OPEN;
      at = open + OPEN.length + OPEN.length;
      continue;
    }
    if (text.startsWith("{", open + OPEN.length)) {
      // JSON, say: the first of three braces stands for itself.
      literal += "{";
      at = open + 1;
      continue;
    }
    const close = text.indexOf(CLOSE, open);
    if (close < 0) {
      messages.push(unclosed(text.slice(open)));
      break;
    }
    const written = text.slice(open + OPEN.length, close).trim();
    const read = readField(written, names);
    if (typeof read === "string") {
      messages.push(`{{${shown(written)}}}: ${read}`);
    } else {
      if (literal !== "") pieces.push({ kind: "literal", text: literal });
      literal = "";
      pieces.push({ kind: "field", written, expression: read });
    }
    at = close + CLOSE.length;
  }
  if (literal !== "") pieces.push({ kind: "literal", text: literal });
  return messages.length > 0
    ? { kind: "wrong", messages }
    : { kind: "template", pieces };
}

/**
 * A text with something harmless in the place of each field, for rules that
 * know none: what is left has to be right in itself.
 */
export function maskFields(text: string, mask: string): string {
  return text.replaceAll(
    FIELD_REGEXP,
    (field) => field === OPEN + OPEN ? OPEN : mask,
  );
}

/** The expression of a field; a text = what is wrong with it. */
function readField(written: string, names: Names): Expression | string {
  if (written === "") return `is empty, must be ${kinds(names)}`;
  if (written.length > FIELD_CHARS_MAX) {
    return `must have at most ${FIELD_CHARS_MAX} characters`;
  }
  const [name = "", ...words] = written.split(/\s+/);
  if (isGenerator(name)) return readGenerator(name, words);
  if (words.length > 0) return unknown(name, names);
  if (names.variables.has(name)) return { kind: "variable", name };
  return readCell(name, names);
}

function readCell(name: string, names: Names): Expression | string {
  const dot = name.indexOf(".");
  const data = dot < 0 ? name : name.slice(0, dot);
  const columns = names.data.get(data);
  if (columns === undefined) return unknown(name, names);
  const column = dot < 0 ? onlyOf(columns) : name.slice(dot + 1);
  if (column === null) {
    return `must name a column of ${data}: ${columns!.join(", ")}`;
  }
  if (columns === null || columns.includes(column)) {
    return { kind: "cell", data, column };
  }
  const near = suggest(column, columns);
  return near === undefined
    ? `${data} has no such column, it has ${columns.join(", ")}`
    : `${data} has no such column, did you mean ${data}.${near}?`;
}

/** The column that is meant where none is named; null = there are several. */
function onlyOf(columns: readonly string[] | null): string | null {
  if (columns === null) return ONLY_COLUMN;
  return columns.length === 1 ? columns[0]! : null;
}

function unknown(name: string, names: Names): string {
  if (names.later?.has(name)) {
    return "must be captured by a step before it, and is by this one or a later one";
  }
  const known = [
    ...GENERATOR_NAMES,
    ...names.data.keys(),
    ...names.variables,
  ];
  const near = suggest(name.split(".")[0]!, known);
  const hint = near === undefined
    ? `must be ${kinds(names)}`
    : `did you mean ${near}?`;
  return `is not known, ${hint}; {{{{ writes {{`;
}

function kinds({ data, variables }: Names): string {
  const words = [
    `a generator (${GENERATOR_NAMES.join(", ")})`,
    data.size === 0 ? "" : `data (${[...data.keys()].join(", ")})`,
    variables.size === 0
      ? ""
      : `a captured value (${[...variables].join(", ")})`,
  ];
  return words.filter((word) => word !== "").join(" or ");
}

function unclosed(rest: string): string {
  return `${shown(rest)} has no }}; {{{{ writes {{`;
}

function shown(text: string): string {
  return excerpt(text, SHOWN_CHARS);
}
