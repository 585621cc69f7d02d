import type { PageData, PageSeries } from "../../contract.ts";

/** The phase of columns that are not asked for. */
export const HIDDEN = -1;

/** What is left of a run when only one scenario is asked for. */
interface Within {
  readonly data: PageData;
  readonly series: PageSeries;
}

const made = new WeakMap<PageSeries, Within & { readonly scenario: string }>();

/**
 * A run and one of its series within one scenario: columns in which another
 * one went on are empty. It is the same object as long as it is the same.
 *
 * @param scenario null, or one that the run does not have = all of it
 */
export function withinScenario(
  data: PageData,
  series: PageSeries,
  scenario: string | null,
): Within {
  const at = data.scenarios?.findIndex(({ name }) => name === scenario) ?? -1;
  const { scenario: columns } = data.run;
  if (scenario === null || at < 0 || columns === undefined) {
    return { data, series };
  }
  const known = made.get(series);
  if (known?.scenario === scenario && known.data.span === data.span) {
    return known;
  }
  const isShown = columns.map((each) => each === at);
  const within = {
    scenario,
    data: dataWithin(data, at, isShown),
    series: seriesWithin(series, isShown),
  };
  made.set(series, within);
  return within;
}

function dataWithin(
  { run, ...data }: PageData,
  at: number,
  isShown: readonly boolean[],
): PageData {
  const { name, curve } = data.scenarios![at]!;
  return {
    ...data,
    run: {
      ...run,
      planned: run.planned.map((n, i) => isShown[i] ? n : 0),
      phase: run.phase.map((phase, i) => isShown[i] ? phase : HIDDEN),
    },
    curves: { [name]: curve },
  };
}

function seriesWithin(
  { heat, failed, missed, ...series }: PageSeries,
  isShown: readonly boolean[],
): PageSeries {
  const counts = (list: readonly number[]) =>
    list.map((n, i) => isShown[i] ? n : 0);
  const byName = (lists: PageSeries["failed"]) =>
    Object.fromEntries(
      Object.entries(lists).map(([name, list]) => [name, counts(list)]),
    );
  const values = (list: readonly (number | null)[]) =>
    list.map((value, i) => isShown[i] ? value : null);
  return {
    ...series,
    due: counts(series.due),
    sent: counts(series.sent),
    ok: counts(series.ok),
    failed: byName(failed),
    missed: byName(missed),
    p50: values(series.p50),
    p90: values(series.p90),
    p99: values(series.p99),
    heat: { ...heat, cells: cellsWithin(heat, isShown) },
  };
}

/** Two bytes a cell, column by column. */
function cellsWithin(
  { rows, cells }: PageSeries["heat"],
  isShown: readonly boolean[],
): string {
  const length = 2 * rows;
  const bytes = atob(cells);
  const nothing = "\0".repeat(length);
  return btoa(
    isShown.map((shown, i) =>
      shown ? bytes.slice(i * length, (i + 1) * length) : nothing
    ).join(""),
  );
}
