import type { PageColumns, PageData, PageMark } from "../contract.ts";
import type { IntervalSeries } from "../series/interval.ts";
import { runColumns, seriesOf } from "./columns.ts";
import type { PageHead } from "./types.ts";

/** What a page knows from intervals. */
export interface PageRecorded {
  /** At most as many as a picture shows: see `columnsOf`. */
  readonly columns: IntervalSeries;
  readonly marks: readonly PageMark[];
}

/** A page, of its head and of what was recorded. Pure. */
export function pageData(
  head: PageHead,
  { columns, marks }: PageRecorded,
): PageData {
  const { reach: _, senders: __, ...rest } = head;
  return { ...rest, marks, ...shownColumns(head, columns) };
}

const shown = new WeakMap<IntervalSeries, PageColumns>();

/** Columns that have not grown for a second are the same ones. */
function shownColumns(head: PageHead, columns: IntervalSeries): PageColumns {
  const known = shown.get(columns);
  if (known?.series.length === head.senders.length + 1) return known;
  const made = pageColumns(head, columns);
  shown.set(columns, made);
  return made;
}

/** The columns of a page, or of a stretch of it that is looked at closely. Pure. */
export function pageColumns(
  { reach, senders, scenarios }: Pick<
    PageHead,
    "reach" | "senders" | "scenarios"
  >,
  { intervals, lengthMs, toMs }: IntervalSeries,
): PageColumns {
  const fromMs = intervals[0]?.startMs ?? reach.fromMs;
  return {
    span: {
      fromMs,
      toMs: Math.max(toMs ?? reach.toMs, fromMs),
      stepMs: lengthMs,
      zone: reach.zone,
    },
    run: runColumns(intervals, scenarios?.map(({ name }) => name)),
    series: [
      { target: null, share: 1, ...seriesOf(intervals.map(({ all }) => all)) },
      ...senders.map(({ name, share }, i) => ({
        target: name,
        share,
        ...seriesOf(intervals.map(({ targets }) => targets[i]!)),
      })),
    ],
  };
}
