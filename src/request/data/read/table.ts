import { ONLY_COLUMN } from "../types.ts";
import { readCsv } from "./csv.ts";
import { type JsonRow, tableOf } from "./rows.ts";
import {
  type DataBounds,
  positionOf,
  type ReadTable,
  wrongTable,
} from "./types.ts";
import { firstNotUtf8 } from "./utf8.ts";

/** How a file of data is written. */
export type TableFormat = "csv" | "json" | "jsonl" | "lines";

const MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a table from a file's bytes.
 *
 * @param bytes in memory that threads can share; the table may take it over
 */
export function readTable(
  bytes: Uint8Array,
  format: TableFormat,
  bounds: DataBounds,
): ReadTable {
  const odd = firstNotUtf8(bytes);
  if (odd >= 0) {
    return wrongTable("is not text in UTF-8", positionOf(bytes, odd));
  }
  const isMarked = MARK.every((byte, i) => bytes[i] === byte);
  const text = isMarked ? bytes.subarray(MARK.length) : bytes;
  return READERS[format](text, bounds);
}

/** Reads a table from values that stand in the configuration itself. */
export function readValues(
  values: readonly unknown[],
  bounds: DataBounds,
): ReadTable {
  return tableOf(items(values), bounds);
}

const READERS: Readonly<
  Record<TableFormat, (bytes: Uint8Array, bounds: DataBounds) => ReadTable>
> = {
  csv: readCsv,
  json: readJson,
  jsonl: readJsonLines,
  lines: readLines,
};

function readJson(bytes: Uint8Array, bounds: DataBounds): ReadTable {
  const parsed = parseJson(textOf(bytes));
  if (parsed.kind === "wrong") return wrongTable(parsed.why);
  return Array.isArray(parsed.value)
    ? tableOf(items(parsed.value), bounds)
    : wrongTable("must be a list of mappings or values");
}

function items(values: readonly unknown[]): JsonRow[] {
  return values.map((value, i) => ({
    value,
    at: null,
    name: `item ${i + 1} `,
  }));
}

function readJsonLines(bytes: Uint8Array, bounds: DataBounds): ReadTable {
  const rows: JsonRow[] = [];
  for (const [i, line] of linesOf(bytes).entries()) {
    if (line.trim() === "") continue;
    const at = { line: i + 1, col: 1 };
    const parsed = parseJson(line);
    if (parsed.kind === "wrong") return wrongTable(parsed.why, at);
    rows.push({ value: parsed.value, at, name: "" });
  }
  return tableOf(rows, bounds);
}

function readLines(bytes: Uint8Array, bounds: DataBounds): ReadTable {
  const rows = linesOf(bytes).map((line, i): JsonRow => ({
    value: { [ONLY_COLUMN]: line },
    at: { line: i + 1, col: 1 },
    name: "",
  }));
  return tableOf(rows, bounds);
}

/** Lines without their ends; what follows the last end is none. */
function linesOf(bytes: Uint8Array): string[] {
  const lines = textOf(bytes).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function textOf(bytes: Uint8Array): string {
  // A decoder takes no memory that is shared.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice());
}

type ParsedJson =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "wrong"; readonly why: string };

function parseJson(text: string): ParsedJson {
  try {
    return { kind: "value", value: JSON.parse(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "wrong", why: `is not valid JSON: ${why}` };
  }
}
