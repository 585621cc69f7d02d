import type { Explanation } from "../pattern/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { PageData, PageEvent } from "./contract.ts";
import { Ahead, type AskForecast } from "./data/ahead.ts";
import { pageData } from "./data/page_data.ts";
import { SeriesRing } from "./series/ring.ts";

/** Events that are kept: the last ones. */
export const EVENTS_MAX = 1000;

/** What a page is told of a run that it follows. */
export interface FollowedRun {
  /** Why the rate is what it is; null = it cannot be said now. */
  readonly explain: () => Explanation | null;
  readonly forecast: AskForecast;
}

/** Gathers, second by second, what the page of a run is made of. Its memory is bounded. */
export class PageFeed {
  readonly #ring = new SeriesRing();
  readonly #ahead = new Ahead();
  #events: PageEvent[] = [];
  #seen: Snapshot | null = null;

  /** Takes a line worth a log. @param wallMs when it came, by the wall clock */
  line(level: PageEvent["level"], text: string, wallMs: number): void {
    this.#events.push({ t: wallMs, level, text });
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
  }

  /** Looks at the run; one snapshot is counted once, however often it is shown. */
  look(snapshot: Snapshot, run: FollowedRun | null): void {
    if (snapshot === this.#seen) return;
    this.#seen = snapshot;
    this.#ring.look(snapshot, run?.explain() ?? null);
  }

  /** The page as of a snapshot. @param run null = it has ended */
  data(snapshot: Snapshot, run: FollowedRun | null): PageData {
    this.look(snapshot, run);
    // Lines are dated by the wall clock, the page by plan time.
    const shiftMs = snapshot.startMs - snapshot.begunMs;
    return pageData({
      snapshot,
      series: this.#ring.series(snapshot),
      events: this.#events.map((event) => ({ ...event, t: event.t + shiftMs })),
      ahead: run === null ? null : this.#ahead.of(snapshot, run.forecast),
    });
  }
}
