/**
 * The columns of a page, and the page that is made of them: all that the thread
 * of a live page needs, so it imports no report and no server.
 *
 * @module
 */
export type * from "../contract.ts";
export { columnsOf, joined, sizeFor } from "./join.ts";
export { marksOf } from "./marks.ts";
export { pageColumns, pageData, type PageRecorded } from "./page_data.ts";
export { sharesOf } from "./shares.ts";
export { COLUMNS_MAX, stepFor } from "./step.ts";
export type { PageHead, PageSender } from "./types.ts";
export { addCounts, DurationCells } from "../series/duration_cells.ts";
export type * from "../series/interval.ts";
export { journeySender, sendersIn } from "../series/senders.ts";
