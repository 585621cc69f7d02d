/**
 * A plan from what traffic was: access logs, or counts by time, become a small
 * config whose every number has its evidence beside it.
 *
 * ```
 *  bytes ─▶ LogReader ─▶ LogFacts ─▶ learn ─▶ Learned ─▶ planText ─▶ YAML
 *  text of counts ─▶ CsvCounts ───┘
 * ```
 *
 * Everything that is kept of a log has a bound, and no query, name, address or
 * agent of a client leaves the reader. Reads no file.
 *
 * @module
 */
export {
  type CountsRead,
  CsvCounts,
  NoCounts,
  prometheusCounts,
} from "./counts/read_counts.ts";
export { LocalTime } from "./fit/local_time.ts";
export { learn, type Learned, NothingToLearn } from "./learn.ts";
export { checkPlan, type CheckRow } from "./plan/check.ts";
export { formsOf } from "./plan/forms.ts";
export { planText } from "./plan/document.ts";
export { ByteLines } from "./read/byte_lines.ts";
export type { LogFacts } from "./read/facts.ts";
export { LogReader, NoLog } from "./read/log_reader.ts";
export type { StampKind } from "./read/order.ts";
