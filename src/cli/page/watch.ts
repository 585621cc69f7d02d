import type { LogLine, Observer } from "../../observer/mod.ts";
import type { FollowedRun, PageData, PageFeed } from "../../page/mod.ts";
import type { Run } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";

const LOOK_MS = 1000;
const ENDED_STATE = "stopped";

/** Follows a run for its page, once a second. */
export class PageWatch implements Observer {
  readonly name = "page";
  readonly look: NonNullable<Observer["look"]> = {
    everyMs: LOOK_MS,
    at: (snapshot) => this.#looked(snapshot),
  };
  readonly #feed: PageFeed;
  readonly #wallMs: () => number;
  readonly #seen: (data: () => PageData) => void;
  #run: FollowedRun | null = null;

  /** @param seen hears of each look, and may ask for the page as it is then */
  constructor(
    feed: PageFeed,
    wallMs: () => number,
    seen: (data: () => PageData) => void = () => {},
  ) {
    this.#feed = feed;
    this.#wallMs = wallMs;
    this.#seen = seen;
  }

  line({ level, message }: LogLine): void {
    this.#feed.line(level, message, this.#wallMs());
  }

  begun(run: Run): void {
    this.#run = {
      explain: () => run.explain(),
      forecast: (span) => run.forecast(span),
    };
    this.#looked(run.snapshot());
  }

  ended(snapshot: Snapshot): void {
    this.#looked(snapshot);
  }

  /** The page as of a snapshot. */
  data(snapshot: Snapshot): PageData {
    const isOver = snapshot.state === ENDED_STATE;
    return this.#feed.data(snapshot, isOver ? null : this.#run);
  }

  #looked(snapshot: Snapshot): void {
    const isOver = snapshot.state === ENDED_STATE;
    this.#feed.look(snapshot, isOver ? null : this.#run);
    this.#seen(() => this.data(snapshot));
  }
}

/** A watch, with the page loaded: nobody else needs it. */
export async function openWatch(
  wallMs: () => number,
  seen?: (data: () => PageData) => void,
): Promise<PageWatch> {
  const { PageFeed } = await import("../../page/mod.ts");
  return new PageWatch(new PageFeed(), wallMs, seen);
}
