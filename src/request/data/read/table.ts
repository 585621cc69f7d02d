import { ONLY_COLUMN } from "../types.ts";
import { readCsv } from "./csv.ts";
import { jsonPlaces, jsonRowPlaces } from "./json_places.ts";
import { type JsonRow, tableOf } from "./rows.ts";
import { linesOf, textOf, withoutMark } from "./text.ts";
import {
  type DataBounds,
  positionIn,
  positionOf,
  type ReadTable,
  wrongTable,
} from "./types.ts";
import { firstNotUtf8 } from "./utf8.ts";

/** How a file of data is written. */
export type TableFormat = "csv" | "json" | "jsonl" | "lines";

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
  return READERS[format](withoutMark(bytes), bounds);
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
  const text = textOf(bytes);
  const value = parseJson(text);
  if (value === undefined) {
    return wrongTable(NOT_JSON, positionIn(text, jsonPlaces(text).wrongAt));
  }
  if (!Array.isArray(value)) {
    return wrongTable("must be a list of mappings or values");
  }
  const read = tableOf(items(value), bounds);
  if (read.kind === "table" || read.row === null) return read;
  const at = jsonPlaces(text).rows[read.row];
  return at === undefined ? read : { ...read, at: positionIn(text, at) };
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
    const value = parseJson(line);
    if (value === undefined) {
      const { col } = positionIn(line, jsonRowPlaces(line).wrongAt);
      return wrongTable(NOT_JSON, { ...at, col });
    }
    rows.push({ value, at, name: "" });
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

const NOT_JSON = "is not valid JSON from here on";

/** What a text means as JSON; `undefined` = it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
