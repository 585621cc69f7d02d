/**
 * Histograms as bytes: HdrHistogram's own, so that anybody can read them, and
 * in three shapes that merge exactly from fine to coarse. Pure.
 *
 * @module
 */
export { decodeCells, encodeCells, type Pairs, pairsOf } from "./cells.ts";
export { cellMap, reshaped, shapeOfBits } from "./shapes.ts";
