import { messageOf } from "../base/mod.ts";
import type { Run } from "../run/mod.ts";
import { writeState } from "./state_file.ts";
import { type Observer, withTimeout } from "../observer/mod.ts";

/** Time between two saves: what a kill can cost, with room below a second. */
const SAVE_MS = 500;

/** How long an answer, or the end of a run, waits until it is saved: a busy machine takes some tenths of a second. */
const PATIENCE_MS = 2000;

/** What a keeper needs. */
export interface StateKeeperOptions {
  readonly path: string;
  /** The plan's seed. Not from a snapshot, which costs more than all the rest. */
  readonly seed: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when saving begins to fail, with the reason, and when it works again. */
  readonly changed: (problem: string | null) => void;
}

/** Saves a run's state again and again, and once more at its end. Never throws. */
export class StateKeeper implements Observer {
  readonly name = "saved state";
  readonly #o: StateKeeperOptions;
  #run: Run | null = null;
  #problem: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The save that is under way, and the one that waits for its end. */
  #saving: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: StateKeeperOptions) {
    this.#o = options;
  }

  /** Why the last save failed; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Saves once, and from then on. */
  async begun(run: Run): Promise<void> {
    this.#run = run;
    await this.#saveAgain();
  }

  /** Saves what has just changed. A disk that takes long is not waited for. */
  async saveNow(): Promise<void> {
    if (this.#run === null) return;
    await withTimeout(PATIENCE_MS, this.#saveNext());
  }

  /** Saves the end. */
  async ended(): Promise<void> {
    this.close();
    if (this.#run !== null) await withTimeout(PATIENCE_MS, this.#saveNext());
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #saveAgain(): Promise<void> {
    await this.#saveNext();
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#saveAgain(), SAVE_MS);
  }

  /** One save after the other; whoever asks while one waits shares it. */
  #saveNext(): Promise<void> {
    this.#next ??= this.#saving.then(() => {
      this.#next = null;
      this.#saving = this.#save();
      return this.#saving;
    });
    return this.#next;
  }

  async #save(): Promise<void> {
    const before = this.#problem;
    try {
      const { path, seed, now } = this.#o;
      await writeState(path, {
        version: 1,
        savedAt: new Date(now()).toISOString(),
        seed: seed(),
        run: this.#run!.save(),
      });
      this.#problem = null;
    } catch (error) {
      this.#problem = messageOf(error);
    }
    const isChanged = (before === null) !== (this.#problem === null);
    if (isChanged) this.#o.changed(this.#problem);
  }
}
