import { NO_TIMES, type Reading } from "../../scripts/bench/pacing/reading.ts";

/** A reading of which nothing is known. */
export const BLANK: Reading = {
  lag: NO_TIMES,
  service: NO_TIMES,
  response: NO_TIMES,
  usPerRequest: null,
  corePercent: null,
  memoryMb: null,
  missedPercent: null,
  connections: null,
  ks: null,
  disturbedPercent: null,
};

/** A reading of which the median service time alone is known. */
export function serving(p50: number): Reading {
  return { ...BLANK, service: { ...NO_TIMES, p50 } };
}
