/**
 * Histograms as bytes: HdrHistogram's own, so that anybody can read them, and
 * in three shapes that merge exactly from fine to coarse.
 *
 * @module
 */
export { decodeCells, encodeCells, type Pairs, pairsOf } from "./cells.ts";
export { compressedHistogram, hdrLog, type LogInterval } from "./log.ts";
export { cellMap, reshaped, shapeOfBits } from "./shapes.ts";
