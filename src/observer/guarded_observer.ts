import { type Cancel, messageOf } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import type { LogLine, Observer } from "./observer.ts";
import { withTimeout } from "./with_timeout.ts";

/** What an observer is guarded with. */
export interface GuardOptions {
  /** Calls `task` again and again. */
  readonly every: (intervalMs: number, task: () => void) => Cancel;
  readonly patienceMs: number;
  /** Called once with what is wrong, however often it fails. */
  readonly failed: (what: string) => void;
}

/**
 * One observer, kept apart from the run and from the others: what it throws and
 * rejects ends here, and what never ends is waited for no longer than
 * `patienceMs`.
 */
export class GuardedObserver {
  readonly #observer: Observer;
  readonly #o: GuardOptions;
  #beginning: Promise<void> = Promise.resolve();
  #endLooks: Cancel = () => {};
  #isOver = false;
  #isClosed = false;
  #hasFailed = false;

  constructor(observer: Observer, options: GuardOptions) {
    this.#observer = observer;
    this.#o = options;
  }

  get name(): string {
    return this.#observer.name;
  }

  line(line: LogLine): void {
    this.#start(() => this.#observer.line?.(line));
  }

  begun(run: Run, stop: () => void): Promise<void> {
    const beginning = this.#start(() => this.#observer.begun?.(run, stop));
    if (beginning === null) this.#lookAt(run);
    else this.#beginning = beginning.then(() => this.#lookAt(run));
    return this.#beginning;
  }

  async ended(snapshot: Snapshot): Promise<void> {
    this.#endLooking();
    // An observer that has not begun cannot end.
    if (!await this.#inTime(this.#beginning)) return;
    await this.#inTime(this.#start(() => this.#observer.ended?.(snapshot)));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endLooking();
    await this.#inTime(this.#start(() => this.#observer.close?.()));
  }

  #lookAt(run: Run): void {
    const { look } = this.#observer;
    if (look === undefined || this.#isOver) return;
    let looking: Promise<void> | null = null;
    this.#endLooks = this.#o.every(look.everyMs, () => {
      if (looking !== null) return;
      looking = this.#start(() => look.at(run.snapshot()));
      void looking?.then(() => looking = null);
    });
  }

  #endLooking(): void {
    this.#isOver = true;
    this.#endLooks();
  }

  /**
   * Does something, and never throws.
   *
   * @returns what goes on, which never rejects; null where nothing does
   */
  #start(task: () => void | Promise<void>): Promise<void> | null {
    try {
      const going = task();
      return going === undefined
        ? null
        : Promise.resolve(going).catch((error) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  /** @returns whether what goes on has ended */
  async #inTime(going: Promise<void> | null): Promise<boolean> {
    const { patienceMs } = this.#o;
    const isDone = going === null || await withTimeout(patienceMs, going);
    if (!isDone) {
      this.#tell(
        `takes over ${patienceMs / 1000} s and is no longer waited for`,
      );
    }
    return isDone;
  }

  #failed(error: unknown): void {
    this.#tell(`failed: ${messageOf(error)}; the run goes on`);
  }

  #tell(what: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#o.failed(what);
  }
}
