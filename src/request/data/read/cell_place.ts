import { jsonPlaces, jsonRowPlaces } from "./json_places.ts";
import type { TableFormat } from "./table.ts";
import { linesOf, textOf, withoutMark } from "./text.ts";
import { type DataPosition, positionIn } from "./types.ts";

/** A cell of a table: row from 0, and the number and name of its column. */
export interface CellName {
  readonly row: number;
  readonly index: number;
  readonly column: string;
}

/** Where a cell stands in the file that its table was read from; null = it does not any more. */
export function cellPlace(
  bytes: Uint8Array,
  format: TableFormat,
  cell: CellName,
): DataPosition | null {
  return FINDERS[format](withoutMark(bytes), cell);
}

type Find = (bytes: Uint8Array, cell: CellName) => DataPosition | null;

const FINDERS: Readonly<Record<TableFormat, Find>> = {
  csv: inCsv,
  json: inJson,
  jsonl: inJsonLines,
  lines: (_, { row }) => ({ line: row + 1, col: 1 }),
};

const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

function inCsv(
  bytes: Uint8Array,
  { row, index }: CellName,
): DataPosition | null {
  // The first line has the names.
  let [left, cell, line, start] = [row + 1, 0, 1, 0];
  let isQuoted = false;
  for (let at = 0; at <= bytes.length; at++) {
    if (left === 0 && cell === index) return { line, col: at - start + 1 };
    // Past the cell: the next one begins behind a comma or a line's end.
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte === LINE_FEED) [line, start] = [line + 1, at + 1];
      if (!isQuoted && (byte === COMMA || byte === LINE_FEED)) break;
    }
    if (bytes[at] === COMMA) cell++;
    else [left, cell] = [left - 1, 0];
  }
  return null;
}

function inJson(
  bytes: Uint8Array,
  { row, column }: CellName,
): DataPosition | null {
  const text = textOf(bytes);
  const { rows, cells } = jsonPlaces(text);
  const at = cells[row]?.get(column) ?? rows[row];
  return at === undefined ? null : positionIn(text, at);
}

function inJsonLines(
  bytes: Uint8Array,
  { row, column }: CellName,
): DataPosition | null {
  const lines = linesOf(bytes).map((text, i) => ({ text, line: i + 1 }));
  const found = lines.filter(({ text }) => text.trim() !== "")[row];
  if (found === undefined) return null;
  const { cells, rows } = jsonRowPlaces(found.text);
  const at = cells[0]?.get(column) ?? rows[0] ?? 0;
  return { line: found.line, col: positionIn(found.text, at).col };
}
