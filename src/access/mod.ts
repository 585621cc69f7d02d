/**
 * What the lines of access logs say: stamps, and the formats of servers. Used by
 * whoever holds a run against a log, and by whoever learns or replays one.
 *
 * Parsers read bytes and make no string; what a client sent cannot end a field,
 * and nothing that stands in a line can make one throw.
 *
 * @module
 */
export { isDigit, StampReader } from "./bytes.ts";
export {
  detectFormat,
  LINE_FORMATS,
  type LineFormat,
  parserOf,
} from "./detect.ts";
export { PATH_FIELDS, TIME_FIELDS } from "./fields.ts";
export { type LineParser, type LineRecord, newRecord } from "./record.ts";
export { clfOf, epochOf, isoOf, type Stamp, stampOf } from "./stamp.ts";
