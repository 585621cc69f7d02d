import type { SeriesTotals, Totals } from "../../../stats/mod.ts";
import type { Fewer, PartTold } from "./types.ts";

/** Lines of a part's warnings that are told where there is little room. */
const WARNINGS_MAX = 10;

/** What a part tells, with fewer details. */
export function fewer(told: PartTold, without: Fewer): PartTold {
  if (without === "nothing") return told;
  const { totals, moment } = told;
  const isShort = without === "durations";
  return {
    ...told,
    without,
    totals: withFewer(totals, isShort),
    moment: { ...moment, warnings: moment.warnings.slice(-WARNINGS_MAX) },
  };
}

function withFewer(totals: Totals, isShort: boolean): Totals {
  const { targets, journeys } = totals;
  return {
    ...totals,
    targets: each(targets, isShort),
    ...(journeys && { journeys: each(journeys, isShort) }),
  };
}

function each<T extends SeriesTotals>(
  all: Readonly<Record<string, T>>,
  isShort: boolean,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).map(([name, { reasons: _, ...series }]) => [
      name,
      {
        ...series,
        ...(isShort && {
          response: series.response.map(() => null),
          service: series.service.map(() => null),
        }),
      } as unknown as T,
    ]),
  );
}
