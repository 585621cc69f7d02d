/**
 * Which intervals are kept for how long, and which of them make up a span.
 * Pure.
 *
 * @module
 */
export {
  above,
  below,
  floorTo,
  KEPT_SEC,
  LAW_KEPT_SEC,
  type Level,
  LEVELS,
  shapeOfLevel,
} from "./levels.ts";
export {
  COLUMNS_MAX,
  extentOf,
  levelFor,
  type Piece,
  piecesOf,
  type Rung,
  type TimeSpan,
} from "./pieces.ts";
