import type { Table } from "../types.ts";

/** Where something stands in a file of data: line and column from 1. */
export interface DataPosition {
  readonly line: number;
  readonly col: number;
}

/** A table, or the first thing that is wrong with its text. */
export type ReadTable =
  | { readonly kind: "table"; readonly table: Table }
  | {
    readonly kind: "wrong";
    readonly message: string;
    /** null = the file as a whole. */
    readonly at: DataPosition | null;
    /** The row that it is about, from 0; null = no single one. */
    readonly row: number | null;
  };

/** How much a file of data may hold. */
export interface DataBounds {
  /** Bytes of one cell: `limits.max_cell_bytes`. */
  readonly maxCellBytes: number;
}

/** Rows that a table may have: their numbers have to fit with their columns into 32 bits. */
export const CELLS_MAX = 2 ** 28;

/** A table that cannot be read. */
export function wrongTable(
  message: string,
  at: DataPosition | null = null,
  row: number | null = null,
): ReadTable {
  return { kind: "wrong", message, at, row };
}

const LINE_FEED = 0x0a;

/** The line and column of a byte; columns count bytes. */
export function positionOf(bytes: Uint8Array, offset: number): DataPosition {
  let line = 1;
  let start = 0;
  for (
    let at = bytes.indexOf(LINE_FEED);
    at >= 0 && at < offset;
    at = bytes.indexOf(LINE_FEED, at + 1)
  ) {
    line++;
    start = at + 1;
  }
  return { line, col: offset - start + 1 };
}

/** The same of a text. */
export function positionIn(text: string, offset: number): DataPosition {
  const before = new TextEncoder().encode(text.slice(0, offset));
  return positionOf(before, before.length);
}

/** Why a list of names cannot be the columns of a table; null = it can. */
export function columnsComplaint(columns: readonly string[]): string | null {
  const empty = columns.findIndex((name) => name.trim() === "");
  if (empty >= 0) return `column ${empty + 1} has no name`;
  const again = columns.find((name, i) => columns.indexOf(name) !== i);
  if (again !== undefined) return `two columns have the name ${again}`;
  const odd = columns.find((name) => /[\s{}]/.test(name));
  return odd === undefined
    ? null
    : `the column ${
      JSON.stringify(odd)
    } must have a name without spaces and braces`;
}
