import { cellMidUs, ROUGH } from "../../stats/mod.ts";
import { type PageHeat, ROWS_PER_DECADE } from "../contract.ts";
import type { DurationCells } from "../series/duration_cells.ts";

/** Rows in all: 1 µs to 60 s. */
const ROWS = Math.ceil(ROWS_PER_DECADE * Math.log10(60e6)) + 1;
/** A count that stands for itself and all above it. */
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
  const counts = new Uint16Array(rows * columns.length);
  columns.forEach(({ pairs }, column) => {
    for (let i = 0; i < pairs.length; i += 2) {
      const at = column * rows + ROW_OF[pairs[i]!]! - firstRow;
      counts[at] = Math.min(counts[at]! + pairs[i + 1]!, COUNT_MAX);
    }
  });
  return { firstRow, rows, cells: bytesOf(counts).toBase64() };
}

/** Little-endian, whatever the machine is. */
function bytesOf(counts: Uint16Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * counts.length));
  counts.forEach((count, i) => bytes.setUint16(2 * i, count, true));
  return new Uint8Array(bytes.buffer);
}
