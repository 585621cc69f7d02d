import type { PageColumns, PageData, PageSpan } from "../contract.ts";

/** A sender of requests, and its share of what is planned. */
export interface PageSender {
  readonly name: string;
  readonly share: number;
}

/** Everything of a page but its columns: plain data, for whichever thread has those. */
export interface PageHead extends Omit<PageData, keyof PageColumns | "marks"> {
  /** Where the run began, and how far it has come. */
  readonly reach: Pick<PageSpan, "fromMs" | "toMs" | "zone">;
  readonly senders: readonly PageSender[];
}
