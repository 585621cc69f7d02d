/**
 * Histograms as bytes: in HdrHistogram's own format, which other tools read,
 * and in three shapes that merge exactly from fine to coarse.
 *
 * @module
 */
export {
  decodeCells,
  decodePairs,
  encodeCells,
  type Pairs,
  pairsOf,
} from "./cells.ts";
export { NUMBER_BYTES_MAX } from "./leb128.ts";
export { hdrLog, type LogInterval } from "./log.ts";
export { cellMap, reshaped, shapeOfBits } from "./shapes.ts";
