import { cellMidUs } from "../../stats/mod.ts";
import { type PageHeat, ROWS_PER_DECADE } from "../contract.ts";
import { type CellSum, PICTURE } from "../series/cells.ts";

/** Rows in all: 1 µs to 60 s. */
const ROWS = Math.ceil(ROWS_PER_DECADE * Math.log10(60e6)) + 1;
/** A count that stands for itself and all above it. */
const COUNT_MAX = 0xffff;

/** The row of each cell: made once. */
const ROW_OF = Uint16Array.from(
  { length: PICTURE.cells },
  (_, cell) => rowOf(cellMidUs(PICTURE, cell)),
);

function rowOf(us: number): number {
  const row = Math.floor(ROWS_PER_DECADE * Math.log10(Math.max(1, us)));
  return Math.min(row, ROWS - 1);
}

/** The heatmap, column by column; only rows that anything lies in are kept. */
export class HeatColumns {
  readonly #columns: Float64Array[] = [];
  #first = ROWS;
  #last = -1;

  /** Adds the next column. */
  add(cells: CellSum): void {
    const rows = new Float64Array(ROWS);
    cells.counts.forEach((count, cell) => {
      if (count <= 0) return;
      const row = ROW_OF[cell]!;
      rows[row]! += count;
      this.#first = Math.min(this.#first, row);
      this.#last = Math.max(this.#last, row);
    });
    this.#columns.push(rows);
  }

  finish(): PageHeat {
    const rows = Math.max(0, this.#last - this.#first + 1);
    const firstRow = rows === 0 ? 0 : this.#first;
    const bytes = new DataView(
      new ArrayBuffer(2 * rows * this.#columns.length),
    );
    let at = 0;
    for (const column of this.#columns) {
      for (let row = 0; row < rows; row++, at += 2) {
        const count = Math.min(column[firstRow + row]!, COUNT_MAX);
        bytes.setUint16(at, count, true);
      }
    }
    return { firstRow, rows, cells: new Uint8Array(bytes.buffer).toBase64() };
  }
}
