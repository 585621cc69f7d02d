import { isDots, isHeaderValue } from "./bytes.ts";
import { cellAt, cellsOf, trimmed } from "./encodings.ts";
import type { CellType, DataSet } from "./types.ts";

const SHOWN_CHARS = 40;
const NUMBER_REGEXP = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Bytes of a text that may be a number; longer ones are none that anybody reads. */
const NUMBER_BYTES_MAX = 64;

/** Where a column may not go, and what it may not hold there. */
export type CellRule = "header" | "segment" | CellType;

/** A cell that may not be what it is. */
export interface CellComplaint {
  /** Of its table, from 0. */
  readonly row: number;
  readonly message: string;
}

/** The first cell of a column that breaks a rule; null = none does. */
export function cellComplaint(
  set: DataSet,
  column: string,
  rule: CellRule,
): CellComplaint | null {
  const cells = cellsOf(set, column, "raw");
  for (let row = 0; row < set.table.rows; row++) {
    const cell = cellAt(cells, row);
    if (KEEPS[rule](cell.bytes, cell.start, cell.end)) continue;
    const text = new TextDecoder().decode(
      cell.bytes.slice(
        cell.start,
        Math.min(cell.end, cell.start + SHOWN_CHARS),
      ),
    );
    const message = `row ${row + 1} of ${set.name} has ${
      JSON.stringify(text)
    } as ${column}, which ${WHY[rule]}`;
    return { row, message };
  }
  return null;
}

type Keeps = (bytes: Uint8Array, start: number, end: number) => boolean;

const KEEPS: Readonly<Record<CellRule, Keeps>> = {
  header: (bytes, start, end) => {
    const cell = trimmed({ bytes, start, end });
    return isHeaderValue(bytes, cell.start, cell.end);
  },
  segment: (bytes, start, end) => !isDots(bytes, start, end),
  number: (bytes, start, end) =>
    end - start <= NUMBER_BYTES_MAX &&
    NUMBER_REGEXP.test(asciiOf(bytes, start, end)),
  boolean: (bytes, start, end) =>
    end - start <= 5 && /^(?:true|false)$/.test(asciiOf(bytes, start, end)),
};

function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

const WHY: Readonly<Record<CellRule, string>> = {
  header: "cannot stand in a header: visible Latin characters only",
  segment: "cannot be a segment of a path: servers would leave it out",
  number: "is no number as JSON has it",
  boolean: "is neither true nor false",
};
