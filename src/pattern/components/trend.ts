import { isoTime, SLOT_MS } from "../../base/mod.ts";
import { absent, type Component } from "./component.ts";

/** A pattern that may grow. */
export interface WithTrend {
  readonly trend?: {
    /** Growth in a week: 0.02 = 2 %; above −1. */
    readonly perWeek: number;
    /** Milliseconds since the epoch. */
    readonly sinceMs: number;
  } | undefined;
}

const WEEK_MS = 7 * 86_400_000;
/** Growth goes on for ten years, and no further. */
const WEEKS_MAX = 520;

/**
 * Compound growth, from an instant on:
 *
 *   (1 + g)^w     g: growth in a week; w: weeks since then, within [0, 520]
 *
 *   f ┤           .·
 *     │        .·
 *   1 ┼──────·
 *        since
 */
export const trend: Component<"trend", true, WithTrend> = {
  name: "trend",
  isPlanned: true,
  open: ({ trend }) => {
    if (trend === undefined) return absent("no trend is configured");
    const { perWeek, sinceMs } = trend;
    const weeksAt = (slot: number) => {
      const weeks = ((slot + 0.5) * SLOT_MS - sinceMs) / WEEK_MS;
      return Math.min(Math.max(weeks, 0), WEEKS_MAX);
    };
    return {
      factorAt: (slot) => Math.exp(Math.log1p(perWeek) * weeksAt(slot)),
      why: (slot) => {
        const percent = `${perWeek < 0 ? "" : "+"}${
          Number((perWeek * 100).toPrecision(3))
        } % a week`;
        const since = isoTime(sinceMs);
        const weeks = weeksAt(slot);
        if (weeks === 0) return `${percent}, from ${since} on`;
        return `${percent} for ${
          Number(weeks.toFixed(2))
        } weeks, since ${since}`;
      },
    };
  },
};
