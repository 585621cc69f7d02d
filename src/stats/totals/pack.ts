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
  const { run, targets, journeys } = totals;
  return {
    ...totals,
    run: each(run, packHistogram),
    targets: each(targets, packSeries),
    ...(journeys && { journeys: each(journeys, packSeries) }),
  } as WithPackedCells<Totals>;
}

function packSeries<T extends SeriesTotals>(series: T) {
  return {
    ...series,
    response: series.response.map(packHistogram),
    service: series.service.map(packHistogram),
  };
}

function packHistogram(histogram: HistogramTotals | null) {
  return histogram &&
    { ...histogram, cells: encodeCells(histogram.cells).toBase64() };
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
