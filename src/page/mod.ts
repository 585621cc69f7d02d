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
export { Ahead, type AskForecast } from "./ahead.ts";
export * from "./data/mod.ts";
export { type HeadSource, pageHead } from "./head.ts";
export { renderLivePage, renderPage } from "./render.ts";
export type { PageAction, PageControl } from "./serve/control.ts";
export {
  PageMaker,
  type PageOrigin,
  type PagePort,
  type PageWindow,
  portOf,
} from "./make/mod.ts";
export {
  type PageServer,
  type PageServerOptions,
  servePage,
} from "./serve/serve.ts";
export { BACKLOG_BYTES_MAX, VIEWERS_MAX } from "./serve/streams.ts";
