/*
 * Log-linear histogram, the layout of HdrHistogram (Gil Tene): values below
 * 2·S fall into cells 1 µs wide; above, each doubling of the value is cut into
 * S equal cells, so a cell is never wider than 1/S of its value.
 *
 *   value (µs)  0 ……… 2S ……… 4S ……… 8S
 *   cell width     1      2      4
 *
 * FINE has S = 1024 (three significant digits), COARSE S = 128, ROUGH S = 32.
 * Cells of one shape fall whole into those of a coarser one.
 */

/** Largest value that is distinguished; larger ones are counted as this. 60 s in µs. */
export const MAX_US = 60_000_000;

/** Shape of a histogram's cells. */
export interface Geometry {
  /** Cells per doubling of the value, a power of two. */
  readonly half: number;
  /** log2 of `half`. */
  readonly bits: number;
  /** Cells in all. */
  readonly cells: number;
}

/** Three significant digits: for the run's totals. */
export const FINE: Geometry = geometry(10);
/** Under one percent of the value: for each target and phase. */
export const COARSE: Geometry = geometry(7);
/** About three percent of the value: for what is kept of a long time. */
export const ROUGH: Geometry = geometry(5);

function geometry(bits: number): Geometry {
  const half = 1 << bits;
  const shape = { half, bits, cells: 0 };
  return { ...shape, cells: cellOf(shape, MAX_US) + 1 };
}

/** The cell that counts a value in microseconds. */
export function cellOf(shape: Geometry, us: number): number {
  return cellOfWhole(shape, wholeUs(us));
}

/** A value in microseconds as histograms distinguish it: whole, and in [0, `MAX_US`]. */
export function wholeUs(us: number): number {
  if (!(us > 0)) return 0;
  return us >= MAX_US ? MAX_US : us | 0;
}

/**
 * As `cellOf`, for a result of `wholeUs`: a value that goes to several
 * histograms is rounded once.
 */
export function cellOfWhole({ bits }: Geometry, us: number): number {
  const shift = 31 - Math.clz32(us) - bits;
  return shift <= 0 ? us : (shift << bits) + (us >>> shift);
}

/** The smallest value of a cell, in microseconds. */
export function cellStartUs(shape: Geometry, cell: number): number {
  if (cell < 2 * shape.half) return cell;
  const shift = Math.floor(cell / shape.half) - 1;
  return (cell - shift * shape.half) * 2 ** shift;
}

/** The value that represents a cell: its middle, in microseconds. */
export function cellMidUs(shape: Geometry, cell: number): number {
  const start = cellStartUs(shape, cell);
  return (start + cellStartUs(shape, cell + 1)) / 2;
}
