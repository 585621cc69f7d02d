import { numbered } from "../../merge/mod.ts";
import {
  marksOf,
  type PageColumns,
  pageColumns,
  type PageHead,
  type PageMark,
} from "../../page/data/mod.ts";
import type { PageWindow } from "../../page/make/mod.ts";
import type { RecordReader } from "../../record/reader/mod.ts";
import { spanColumns } from "./columns.ts";

/** What operators and the breaker did, by the plans that held and not by the numbers that processes gave them. */
export function marksIn(record: RecordReader): PageMark[] {
  return marksOf(numbered(record.changes(), record.plans()));
}

/** Who sends, in the order of the columns. */
export function namesIn({ senders }: PageHead): string[] {
  return senders.map(({ name }) => name);
}

/** A stretch of a record as finely as it is kept; null = nothing is. */
export function recordDetail(
  record: RecordReader,
  head: PageHead,
  { fromMs, toMs }: PageWindow,
): PageColumns | null {
  const span = { from: Math.floor(fromMs / 1000), to: Math.ceil(toMs / 1000) };
  const columns = spanColumns(record, namesIn(head), span);
  return columns.intervals.length === 0 ? null : pageColumns(head, columns);
}
