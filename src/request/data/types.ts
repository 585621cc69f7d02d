/**
 * Cells of a table as UTF-8, one behind the other: cell i ends at `ends[i]` and
 * begins where the one before ends. Column `first` of row r is cell
 * `r · stride + first`.
 */
export interface Cells {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly stride: number;
  readonly first: number;
  /** Bytes of the longest cell of the column. */
  readonly most: number;
}

/** The column of data that has no names for its columns: lines and plain values. */
export const ONLY_COLUMN = "value";

/** What a file of data holds, read once: all threads share its memory. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** Which row an arrival gets. */
export type RowPick =
  | { readonly kind: "random" }
  /** Row 1 most often, row k by 1/k^skew. */
  | { readonly kind: "zipf"; readonly skew: number }
  /** Each row once before any comes again, in the order of the file or in none. */
  | {
    readonly kind: "in_order" | "shuffle";
    /** What comes after the last row: the first one, or nothing. */
    readonly atEnd: "repeat" | "stop";
  };

/** What the text of a cell is in JSON; cells that are not named are text. */
export type CellType = "number" | "boolean";

/** A data set as workers get it; fit for a structured clone, with its memory shared. */
export interface DataSet {
  readonly name: string;
  readonly table: Table;
  readonly pick: RowPick;
  readonly types: Readonly<Record<string, CellType>>;
  /** Columns as their places want them, by encoding and column: see `cellsOf`. */
  readonly encoded: Map<string, Cells>;
}
