import type { LogLine, Observer } from "../../observer/mod.ts";
import type { FollowedRun, PageData, PageFeed } from "../../page/mod.ts";
import type { UiPlan } from "../../plan/mod.ts";
import type { Run } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { System } from "../system.ts";
import { openPageServer, type PageServing, type ServedPage } from "./server.ts";

const LOOK_MS = 1000;
const ENDED_STATE = "stopped";

/** Follows a run for its page, once a second, and shows it to those who look. */
export class PageWatch implements Observer {
  readonly name = "page";
  readonly look: NonNullable<Observer["look"]> = {
    everyMs: LOOK_MS,
    at: (snapshot) => this.#looked(snapshot),
  };
  readonly #feed: PageFeed;
  readonly #wallMs: () => number;
  readonly #served: ServedPage | null;
  #run: FollowedRun | null = null;

  /** @param served null = the page is only written at the end */
  constructor(
    feed: PageFeed,
    wallMs: () => number,
    served: ServedPage | null,
  ) {
    this.#feed = feed;
    this.#wallMs = wallMs;
    this.#served = served;
  }

  line({ level, message }: LogLine): void {
    this.#feed.line(level, message, this.#wallMs());
  }

  begun(run: Run, drain: () => void): void {
    this.#served?.begun(run, drain);
    this.#run = {
      explain: () => run.explain(),
      forecast: (span) => run.forecast(span),
    };
    this.#looked(run.snapshot());
  }

  /** Viewers get the last numbers, and nobody keeps the process alive. */
  async ended(snapshot: Snapshot): Promise<void> {
    this.#looked(snapshot);
    await this.#served?.close();
  }

  async close(): Promise<void> {
    await this.#served?.close();
  }

  /** The page as of a snapshot. */
  data(snapshot: Snapshot): PageData {
    const isOver = snapshot.state === ENDED_STATE;
    return this.#feed.data(snapshot, isOver ? null : this.#run);
  }

  #looked(snapshot: Snapshot): void {
    const isOver = snapshot.state === ENDED_STATE;
    this.#feed.look(snapshot, isOver ? null : this.#run);
    this.#served?.server.update(() => this.data(snapshot));
  }
}

/** A watch, with the page loaded: nobody else needs it. @param ui null = it is not served */
export async function openWatch(
  system: System,
  ui: UiPlan | null,
  serving: PageServing,
): Promise<PageWatch> {
  const { PageFeed } = await import("../../page/mod.ts");
  const served = ui && await openPageServer(system, ui, serving);
  return new PageWatch(new PageFeed(), system.wallMs, served);
}
