import type { Untrusted } from "../../base/mod.ts";
import type { Geometry } from "../geometry.ts";
import {
  decodePairs,
  encodeCells,
  NUMBER_BYTES_MAX,
  type Pairs,
} from "../hdr/mod.ts";
import type { HistogramTotals, SeriesTotals, Totals } from "./totals.ts";

/** A histogram whose cells are the body of HdrHistogram's format, in base64. */
type WithPackedCells<T> = T extends HistogramTotals
  ? Omit<T, "cells"> & { cells: string }
  : T extends object ? { [Key in keyof T]: WithPackedCells<T[Key]> }
  : T;

/**
 * Totals as JSON that is quick to write and to read: nearly all of it are the
 * cells of histograms, here a text each. `readTotals` reads them as well.
 */
export function packTotals(totals: Totals): WithPackedCells<Totals> {
  return mapped(
    totals,
    ({ cells, ...rest }) => ({ ...rest, cells: encodeCells(cells).toBase64() }),
  ) as WithPackedCells<Totals>;
}

/** Totals that were read of packed ones, as JSON can be made of them. */
export function plainTotals(totals: Totals): Totals {
  return mapped(
    totals,
    ({ cells, ...rest }) => ({ ...rest, cells: Array.from(cells) }),
  ) as Totals;
}

/** Totals with something else in the place of each histogram. */
function mapped(totals: Totals, map: (some: HistogramTotals) => unknown) {
  const some = (histogram: HistogramTotals | null) =>
    histogram && map(histogram);
  const series = <T extends SeriesTotals>(all: T) => ({
    ...all,
    response: all.response.map(some),
    service: all.service.map(some),
  });
  const { run, targets, journeys } = totals;
  return {
    ...totals,
    run: each(run, some),
    targets: each(targets, series),
    ...(journeys && { journeys: each(journeys, series) }),
  };
}

function each<T, U>(
  all: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, map(value)] as const),
  );
}

/** @throws {Unfit} for a text that `packTotals` does not write of such a histogram */
export function unpackCells(text: Untrusted, { cells }: Geometry): Pairs {
  const bytesMax = 2 * cells * NUMBER_BYTES_MAX;
  const packed = text.text(Math.ceil(bytesMax / 3) * 4);
  try {
    return decodePairs(Uint8Array.fromBase64(packed), cells);
  } catch {
    throw text.unfit("cells of a histogram");
  }
}
