import type { PageData, PageHeat, PageSeries, PageTail } from "../contract.ts";

/** Bytes of a cell of the heatmap. */
const CELL_BYTES = 2;

/**
 * What is new since the data that a viewer has; null where so much is different
 * that it needs them all: other columns, rows, targets or names.
 */
export function tailOf(before: PageData, now: PageData): PageTail | null {
  if (!isContinued(before, now)) return null;
  const from = firstChange(before, now);
  const { version: _, config: _c, events, phases: _p, ...rest } = now;
  const known = before.events.at(-1);
  const at = known === undefined
    ? 0
    : events.findLastIndex((event) =>
      event.t === known.t && event.text === known.text
    ) + 1;
  return {
    ...rest,
    from,
    events: events.slice(at),
    run: sliced(now.run, from),
    series: now.series.map((part) => ({
      ...sliced(part, from),
      heat: { ...part.heat, cells: cellsFrom(part.heat, from) },
    })),
  };
}

function isContinued(before: PageData, now: PageData): boolean {
  const { report, span, series, config } = before;
  return report.runId === now.report.runId && span.fromMs === now.span.fromMs &&
    span.stepMs === now.span.stepMs && config === now.config &&
    series.length === now.series.length &&
    series.every((part, i) => hasSameRows(part, now.series[i]!));
}

function hasSameRows(a: PageSeries, b: PageSeries): boolean {
  const arePlanned = [a, b].map(({ planned }) => planned !== undefined);
  return a.target === b.target && arePlanned[0] === arePlanned[1] &&
    a.heat.firstRow === b.heat.firstRow &&
    a.heat.rows === b.heat.rows;
}

/** The first column in which any list is another one. */
function firstChange(before: PageData, now: PageData): number {
  let from = Math.min(before.run.planned.length, now.run.planned.length);
  const compare = (a: unknown, b: unknown) => {
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < from; i++) if (a[i] !== b[i]) from = i;
    }
  };
  const parts = [
    [before.run, now.run],
    ...before.series.map((part, i) => [part, now.series[i]!]),
  ] as unknown as readonly Readonly<Record<string, unknown>>[][];
  for (const [a, b] of parts) {
    for (const [key, list] of Object.entries(b!)) {
      compare(a![key], list);
      if (isByName(list)) {
        for (const [name, inner] of Object.entries(list)) {
          compare((a![key] as Record<string, unknown>)[name], inner);
        }
      }
    }
  }
  return from;
}

function isByName(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every list from a column on, and every list by name. */
function sliced<Part extends object>(part: Part, from: number): Part {
  const entries = Object.entries(part).map(([key, value]) => {
    if (Array.isArray(value)) return [key, value.slice(from)];
    const isLists = isByName(value) &&
      Object.values(value).every(Array.isArray);
    return [key, isLists ? sliced(value, from) : value];
  });
  return Object.fromEntries(entries);
}

function cellsFrom({ rows, cells }: PageHeat, from: number): string {
  const bytes = Uint8Array.fromBase64(cells);
  return bytes.subarray(from * rows * CELL_BYTES).toBase64();
}
