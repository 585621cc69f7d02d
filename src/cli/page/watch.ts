import type { LogLine, Observer } from "../../observer/mod.ts";
import type {
  Ahead,
  PageData,
  PageEvent,
  PageForecast,
  PageHead,
} from "../../page/mod.ts";
import type { UiPlan } from "../../plan/mod.ts";
import { type RecordObserver, RecordReader } from "../../record/mod.ts";
import type { Run } from "../../run/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { EVENTS_MAX, recordPage } from "../record/page.ts";
import type { System } from "../system.ts";
import type { EndedPage } from "./formats.ts";
import { openPageServer, type PageServing, type ServedPage } from "./server.ts";
import { ThreadPort } from "./thread/port.ts";

const LOOK_MS = 1000;
const ENDED_STATE = "stopped";

/** What a page is made of beside the record. */
type PageModule = typeof import("../../page/mod.ts");

/**
 * Follows a run for its page. What was measured is in the record; here is what
 * the run says of itself, once a second and only where somebody looks.
 */
export class PageWatch implements Observer, EndedPage {
  readonly name = "page";
  readonly look: NonNullable<Observer["look"]> = {
    everyMs: LOOK_MS,
    at: (snapshot) => this.#looked(snapshot),
  };
  readonly #page: PageModule;
  readonly #ahead: Ahead;
  readonly #record: RecordObserver;
  readonly #wallMs: () => number;
  served: ServedPage | null = null;
  #events: PageEvent[] = [];
  #run: Run | null = null;
  #snapshot: Snapshot | null = null;
  /** Of that snapshot, so that it is made once for all who come in a second. */
  #head: PageHead | null = null;

  constructor(
    page: PageModule,
    record: RecordObserver,
    wallMs: () => number,
  ) {
    this.#page = page;
    this.#ahead = new page.Ahead();
    this.#record = record;
    this.#wallMs = wallMs;
  }

  line({ level, message }: LogLine): void {
    this.#events.push({ t: this.#wallMs(), level, text: message });
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
  }

  begun(run: Run, drain: () => void): void {
    this.served?.begun(run, drain);
    this.#run = run;
    this.#snapshot = run.snapshot();
  }

  /**
   * Viewers get the last numbers, and nobody keeps the process alive. That the
   * run has ended is told at once: a disk may take long to close its record.
   */
  async ended(snapshot: Snapshot): Promise<void> {
    await this.#looked(snapshot).catch(() => {});
    await this.#record.closed;
    await this.#looked(snapshot);
    await this.served?.close();
  }

  async close(): Promise<void> {
    await this.served?.close();
  }

  /** What a page says beside its columns, now; null = there is no run yet. */
  head(): PageHead | null {
    if (this.#snapshot === null) return null;
    this.#head ??= this.#headOf(this.#snapshot);
    return this.#head;
  }

  /** The page of the whole run, once it is recorded. */
  async data(snapshot: Snapshot): Promise<PageData> {
    const data = await this.#read((page) => page.data(snapshot));
    return { ...data, events: this.#headOf(snapshot).events };
  }

  hdrLog(): Promise<string> {
    return this.#read((page) => page.hdrLog());
  }

  async #read<T>(read: (page: EndedPage) => T | Promise<T>): Promise<T> {
    await this.#record.closed;
    const record = new RecordReader(this.#record.path);
    try {
      return await read(recordPage(record, undefined));
    } finally {
      record.close();
    }
  }

  async #looked(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    this.#head = null;
    await this.served?.server.update();
  }

  #headOf(snapshot: Snapshot): PageHead {
    // Lines are dated by the wall clock, the page by plan time.
    const shiftMs = snapshot.startMs - snapshot.begunMs;
    const events = this.#events.map((event) => ({
      ...event,
      t: event.t + shiftMs,
    }));
    const ahead = this.#forecast(snapshot);
    return this.#page.pageHead({ snapshot, events, ahead });
  }

  #forecast(snapshot: Snapshot): PageForecast | null {
    const run = this.#run;
    if (run === null || snapshot.state === ENDED_STATE) return null;
    return this.#ahead.of(snapshot, (span) => run.forecast(span));
  }
}

/**
 * A watch, with the page loaded: nobody else needs it.
 *
 * @param shown null = it is not served
 */
export async function openWatch(
  system: System,
  record: RecordObserver,
  shown: { readonly ui: UiPlan; readonly serving: PageServing } | null,
): Promise<PageWatch> {
  const page = await import("../../page/mod.ts");
  const watch = new PageWatch(page, record, system.wallMs);
  if (shown === null) return watch;
  const { ui, serving } = shown;
  const file = { path: record.path, control: ui.control };
  const port = new ThreadPort(file, () => watch.head());
  const served = await openPageServer(system, ui, { ...serving, port });
  watch.served = {
    ...served,
    async close() {
      await served.close();
      port.forget();
    },
  };
  return watch;
}
