import { messageOf } from "../base/mod.ts";
import type { Run } from "../controller/mod.ts";
import { writeState } from "./state_file.ts";

/** Time between two saves: what a kill can cost, with room below a second. */
const SAVE_MS = 500;

/** What a keeper needs. */
export interface StateKeeperOptions {
  readonly path: string;
  readonly run: Run;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Hears when saving begins to fail, with the reason, and when it works again. */
  readonly changed: (problem: string | null) => void;
}

/** Saves a run's state again and again, and once more at its end. Never throws. */
export class StateKeeper {
  readonly #o: StateKeeperOptions;
  #problem: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: StateKeeperOptions) {
    this.#o = options;
  }

  /** Why the last save failed; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Saves once, and from then on. */
  async start(): Promise<void> {
    this.#saving = this.#save();
    await this.#saving;
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.start(), SAVE_MS);
  }

  /** Saves the end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#saving;
    await this.#save();
  }

  async #save(): Promise<void> {
    const before = this.#problem;
    try {
      const { path, run, now } = this.#o;
      await writeState(path, {
        version: 1,
        savedAt: new Date(now()).toISOString(),
        seed: run.snapshot().plan.pattern.seed,
        run: run.save(),
      });
      this.#problem = null;
    } catch (error) {
      this.#problem = messageOf(error);
    }
    const isChanged = (before === null) !== (this.#problem === null);
    if (isChanged) this.#o.changed(this.#problem);
  }
}
