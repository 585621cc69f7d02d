/**
 * Histograms as bytes: in HdrHistogram's own format, which other tools read,
 * and in three shapes that merge exactly from fine to coarse.
 *
 * @module
 */
export { decodeCells, encodeCells, type Pairs, pairsOf } from "./cells.ts";
export { hdrLog, type LogInterval } from "./log.ts";
export { cellMap, reshaped, shapeOfBits } from "./shapes.ts";
