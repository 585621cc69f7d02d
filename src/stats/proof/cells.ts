import { LANES } from "../../arrivals/mod.ts";

/** Cells into which the gaps between two sends are sorted. */
export const LAW_BINS = 1024;
/** Kinds of law: arrivals as independent users make them, and evenly spread ones. */
export const LAWS = ["poisson", "uniform"] as const;
/** One of them. */
export type LawName = typeof LAWS[number];
/** How many gaps lie in each bin, of each law that is known. */
export type LawCounts = Readonly<Partial<Record<LawName, Float64Array>>>;
/** Minutes of plan time whose arrivals are counted apart at once. */
export const MINUTE_ROWS = 4;
const SLOTS_PER_MINUTE = 600;
/** Where the law's cells lie, and how many. */
export const LAW_CELLS = LAWS.length * LAW_BINS;
/** The same for what was sent or missed, by minute and lane. */
export const LANE_CELLS = MINUTE_ROWS * LANES;

/** The cell of a lane in the minute that a slot lies in. */
export function laneCell(slot: number, lane: number): number {
  const row = Math.floor(slot / SLOTS_PER_MINUTE) % MINUTE_ROWS;
  return row * LANES + lane;
}

/** The minute of plan time that a slot lies in. */
export function minuteOf(slot: number): number {
  return Math.floor(slot / SLOTS_PER_MINUTE);
}
