/**
 * The page that people look at: live in the browser, and the same page as one
 * file that loads nothing.
 *
 * ```
 *  Snapshot ─▶ pageHead() ─┐
 *                          ├▶ pageData() ─┬▶ renderPage(): one file
 *  intervals ─ columnsOf() ┘              └▶ PageMaker ─▶ servePage(): live
 * ```
 *
 * `app` is the browser's part: TypeScript that imports nothing of kar but the
 * contract. It is bundled beforehand into `bundle`, which is carried as text.
 *
 * @module
 */
export type * from "./contract.ts";
export { Ahead, type AskForecast } from "./data/ahead.ts";
export { columnsOf, joined, sizeFor } from "./data/join.ts";
export { marksOf } from "./data/marks.ts";
export {
  type HeadSource,
  pageColumns,
  pageData,
  type PageHead,
  pageHead,
  type PageRecorded,
} from "./data/page_data.ts";
export { COLUMNS_MAX } from "./data/step.ts";
export { renderLivePage, renderPage } from "./render.ts";
export type { PageAction, PageControl } from "./serve/control.ts";
export {
  PageMaker,
  type PageOrigin,
  type PagePort,
  type PageWindow,
  portOf,
} from "./serve/maker.ts";
export {
  type PageServer,
  type PageServerOptions,
  servePage,
} from "./serve/serve.ts";
export { BACKLOG_BYTES_MAX, VIEWERS_MAX } from "./serve/streams.ts";
export { addCounts, DurationCells } from "./series/duration_cells.ts";
export type * from "./series/interval.ts";
export { sendersIn } from "./series/senders.ts";
