import { ONLY_COLUMN } from "../types.ts";
import {
  columnsComplaint,
  type DataBounds,
  type DataPosition,
  type ReadTable,
  wrongTable,
} from "./types.ts";

/** A row as JSON has it, and where it stands; null = nobody knows. */
export interface JsonRow {
  readonly value: unknown;
  readonly at: DataPosition | null;
  /** What to call it: "item 3" where no line is known. */
  readonly name: string;
}

/** A table of rows of JSON: mappings that all have the same names, or plain values. */
export function tableOf(
  rows: readonly JsonRow[],
  { maxCellBytes }: DataBounds,
): ReadTable {
  const [first] = rows;
  if (first === undefined) return wrongTable("has no row");
  const columns = isMapping(first.value)
    ? Object.keys(first.value)
    : [ONLY_COLUMN];
  const complaint = columns.length === 0
    ? "must have at least one name in its first row"
    : columnsComplaint(columns);
  if (complaint !== null) return wrongTable(complaint, first.at);
  const cells = new CellWriter();
  for (const [i, row] of rows.entries()) {
    const wrong = rowComplaint(row.value, columns);
    if (wrong !== null) return wrongTable(`${row.name}${wrong}`, row.at, i);
    for (const column of columns) {
      const length = cells.add(textAt(row.value, column));
      if (length <= maxCellBytes) continue;
      const message =
        `${row.name}has a ${column} of ${length} bytes, must have at most ${maxCellBytes} (limits.max_cell_bytes)`;
      return wrongTable(message, row.at, i);
    }
  }
  const table = { columns, rows: rows.length, ...cells.shared() };
  return { kind: "table", table };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowComplaint(
  value: unknown,
  columns: readonly string[],
): string | null {
  if (!isMapping(value)) {
    if (columns.length === 1 && columns[0] === ONLY_COLUMN && isPlain(value)) {
      return null;
    }
    return "must be a mapping of names to values, as the first row is";
  }
  const names = Object.keys(value);
  const missing = columns.find((column) => !Object.hasOwn(value, column));
  if (missing !== undefined) return `has no ${missing}`;
  const other = names.find((name) => !columns.includes(name));
  if (other !== undefined) return `has ${other}, which the first row has not`;
  const odd = names.find((name) => !isPlain(value[name]));
  return odd === undefined
    ? null
    : `has a ${odd} that is no text, number, true or false`;
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function textAt(value: unknown, column: string): string {
  return String(isMapping(value) ? value[column] : value);
}

/** Gathers cells one behind the other. */
class CellWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #encoder = new TextEncoder();

  /** Adds a cell; gives how many bytes it has. */
  add(text: string): number {
    const most = 3 * text.length;
    while (this.#length + most > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const { written } = this.#encoder.encodeInto(
      text,
      this.#bytes.subarray(this.#length),
    );
    this.#length += written;
    this.#ends.push(this.#length);
    return written;
  }

  /** The cells in memory that threads can share. */
  shared(): { readonly bytes: Uint8Array; readonly ends: Uint32Array } {
    const bytes = new Uint8Array(new SharedArrayBuffer(this.#length));
    bytes.set(this.#bytes.subarray(0, this.#length));
    const ends = new Uint32Array(new SharedArrayBuffer(4 * this.#ends.length));
    ends.set(this.#ends);
    return { bytes, ends };
  }
}
