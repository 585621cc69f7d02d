/**
 * The page that people look at: live in the browser, and the same page as one
 * file that asks nobody for anything.
 *
 * ```
 *  Snapshot, once a second ─▶ PageFeed ─▶ PageData ─┬▶ renderPage(): one file
 *                                                   └▶ servePage(): live
 * ```
 *
 * `app` is the browser's part: TypeScript that imports nothing of kar but the
 * contract. It is bundled beforehand into `bundle`, which is carried as text.
 *
 * @module
 */
export type * from "./contract.ts";
export { pageData, type PageSource } from "./data/page_data.ts";
export { COLUMNS_MAX } from "./data/step.ts";
export { EVENTS_MAX, type FollowedRun, PageFeed } from "./feed.ts";
export { renderLivePage, renderPage } from "./render.ts";
export type { PageAction, PageControl } from "./serve/control.ts";
export {
  type PageServer,
  type PageServerOptions,
  servePage,
} from "./serve/serve.ts";
export { BACKLOG_BYTES_MAX, VIEWERS_MAX } from "./serve/streams.ts";
export type * from "./series/interval.ts";
export { sendersIn } from "./series/looks.ts";
export { LOOKS_MAX, SeriesRing } from "./series/ring.ts";
