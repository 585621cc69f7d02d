import { cellMidUs, ROUGH } from "../../stats/mod.ts";
import { type PageHeat, ROWS_PER_DECADE } from "../contract.ts";
import type { DurationCells } from "../series/duration_cells.ts";

/** Rows in all: 1 µs to 60 s. */
const ROWS = Math.ceil(ROWS_PER_DECADE * Math.log10(60e6)) + 1;
/** A count that stands for itself and everything above it. */
const COUNT_MAX = 0xffff;

/** The row of each cell: made once. */
const ROW_OF = Uint16Array.from(
  { length: ROUGH.cells },
  (_, cell) => rowOf(cellMidUs(ROUGH, cell)),
);

function rowOf(us: number): number {
  const row = Math.floor(ROWS_PER_DECADE * Math.log10(Math.max(1, us)));
  return Math.min(row, ROWS - 1);
}

/** The heatmap, column by column; only rows that anything lies in are kept. */
export function heatOf(columns: readonly DurationCells[]): PageHeat {
  let firstRow = ROWS;
  let last = -1;
  for (const { pairs } of columns) {
    if (pairs.length === 0) continue;
    firstRow = Math.min(firstRow, ROW_OF[pairs[0]!]!);
    last = Math.max(last, ROW_OF[pairs[pairs.length - 2]!]!);
  }
  const rows = Math.max(0, last - firstRow + 1);
  if (rows === 0) return { firstRow: 0, rows, cells: "" };
  const bytes = new Uint8Array(2 * rows * columns.length);
  columns.forEach((column, i) => {
    if (column.total > 0) {
      bytes.set(columnOf(column, firstRow, rows).bytes, 2 * rows * i);
    }
  });
  return { firstRow, rows, cells: bytes.toBase64() };
}

/** A column as it stands in a heatmap of these rows. */
interface HeatColumn {
  readonly firstRow: number;
  readonly bytes: Uint8Array;
}
/** A page that grows asks for the same columns each second. */
const heatColumns = new WeakMap<DurationCells, HeatColumn>();

function columnOf(
  column: DurationCells,
  firstRow: number,
  rows: number,
): HeatColumn {
  const known = heatColumns.get(column);
  if (known?.firstRow === firstRow && known.bytes.length === 2 * rows) {
    return known;
  }
  const { pairs } = column;
  const counts = new Uint32Array(rows);
  for (let i = 0; i < pairs.length; i += 2) {
    counts[ROW_OF[pairs[i]!]! - firstRow]! += pairs[i + 1]!;
  }
  // Little-endian, whatever the machine is.
  const view = new DataView(new ArrayBuffer(2 * rows));
  counts.forEach((count, row) =>
    view.setUint16(2 * row, Math.min(count, COUNT_MAX), true)
  );
  const made = { firstRow, bytes: new Uint8Array(view.buffer) };
  heatColumns.set(column, made);
  return made;
}
