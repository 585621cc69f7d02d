import {
  type PageData,
  pageData,
  type PageEvent,
  type PageHead,
  pageHead,
  type PageOrigin,
} from "../../page/mod.ts";
import {
  readingOf,
  recordHdrLog,
  type RecordReader,
  snapshotOf,
  type TimeSpan,
} from "../../record/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { EndedPage } from "../page/formats.ts";
import { RecordColumns, sinceStart, spanColumns } from "./columns.ts";
import { marksIn, namesIn, recordDetail } from "./detail.ts";

/** Events that a page shows: the last ones. */
export const EVENTS_MAX = 1000;

/** The page of a run that was recorded, or of a span of it. */
export function recordPage(
  record: RecordReader,
  span: Partial<TimeSpan> | undefined,
): EndedPage {
  return {
    data: (snapshot) => recordData(record, snapshot, span),
    hdrLog: () => recordHdrLog(record, span),
  };
}

/** The data of such a page. */
export function recordData(
  record: RecordReader,
  snapshot: Snapshot,
  span?: Partial<TimeSpan>,
): PageData {
  return readingOf(record.path, () => {
    const head = recordHead(record, snapshot);
    const columns = spanColumns(
      record,
      namesIn(head),
      span ?? sinceStart(head),
    );
    return pageData(head, { columns, marks: marksIn(record) });
  });
}

/**
 * Where the served page of a record comes from, which may still be written:
 * what was read of it is kept, and a stretch is read by itself.
 */
export function recordOrigin(
  record: RecordReader,
  other: PageData | null,
): PageOrigin {
  let head: PageHead | null = null;
  let columns: RecordColumns | null = null;
  return {
    ...{ control: false, other },
    data: () =>
      readingOf(record.path, () => {
        head = recordHead(record, snapshotOf(record, undefined));
        columns ??= new RecordColumns(namesIn(head), sinceStart(head));
        const marks = marksIn(record);
        return pageData(head, { columns: columns.read(record), marks });
      }),
    detail: (window) => head && recordDetail(record, head, window),
  };
}

/** What a page of a record says besides its columns. */
function recordHead(record: RecordReader, snapshot: Snapshot): PageHead {
  const shiftMs = snapshot.startMs - snapshot.begunMs;
  return pageHead({ snapshot, events: eventsOf(record, shiftMs), ahead: null });
}

function eventsOf(record: RecordReader, shiftMs: number): PageEvent[] {
  return record.notes().slice(-EVENTS_MAX).map(({ atMs, level, text }) => ({
    t: atMs + shiftMs,
    level: level as PageEvent["level"],
    text,
  }));
}
