/**
 * What people and machines read of a run: the report as text and as JSON, the
 * status line, the forecast; and the text helpers that the live screen shares.
 *
 * ```
 *  Snapshot ─▶ renderText · renderShort · statusLine
 *  Snapshot ─▶ EXPORTERS: json, text, csv ─▶ writeReport
 *  Forecast ─▶ renderForecast
 * ```
 *
 * Reads `Snapshot`, `Plan` and `Forecast` and never counts anything itself, so
 * no two outputs can disagree. Only `write.ts` touches the system.
 *
 * @module
 */
export { endsOf, requestsOf } from "./answers.ts";
export { breakerText, hasBreaker } from "./breaker_text.ts";
export { changesOf } from "./changes_text.ts";
export * from "./contract.ts";
export { ESSENCE_LINES_MAX, headline } from "./essence.ts";
export { explanationText } from "./explanation.ts";
export * from "./exporters.ts";
export * from "./forecast/mod.ts";
export * from "./format/mod.ts";
export {
  foundText,
  judgedText,
  lawText,
  proofRow,
  verdictText,
} from "./judged/mod.ts";
export { buildReport, renderJson } from "./json.ts";
export {
  type Failing,
  reasonLines,
  reasonText,
  tellingReason,
} from "./reasons_text.ts";
export { rateSection } from "./summary_text.ts";
export { besideState, stateStyle } from "./state_text.ts";
export { statusLine } from "./status_line.ts";
export { renderShort, renderText, type ReportForm } from "./text.ts";
export * from "./verdict.ts";
export { checkReport, writeFailure, writeReport } from "./write.ts";
