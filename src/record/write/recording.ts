import type { DatabaseSync, StatementSync } from "node:sqlite";
import { messageOf } from "../../base/mod.ts";
import { addIntervals } from "../interval/mod.ts";
import type { Ending, RunMeta } from "../meta.ts";
import {
  closeWritten,
  isFull,
  numberOf,
  openToWrite,
  RunRows,
  Store,
} from "../store/mod.ts";
import type { Entry, RecordFile, WriterState } from "./messages.ts";

/** Lines and changes that wait while nothing can be written. */
const WAITING_MAX = 1000;
/** Plans that do: each is much longer than a line. */
const PLANS_WAITING_MAX = 16;
/** Entries between two tries while nothing can be written; there is one a second. */
const RETRY_ENTRIES = 10;
/** Entries between two looks at what is too old, or too much. */
const TIDY_ENTRIES = 60;
/** Room that is kept free below the bound of the file. */
const RESERVE_BYTES = 16 * 1024 * 1024;

/**
 * A record that is being written, in whatever thread. What cannot be written
 * waits, as one interval, until it can: nothing is lost but resolution. None of
 * its functions throws, but for the constructor.
 */
export class Recording {
  readonly #db: DatabaseSync;
  readonly #store: Store;
  readonly #runs: RunRows;
  readonly #maxBytes: number;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #meta: RunMeta | null = null;
  #run = 0;
  #waiting: Entry | null = null;
  #entries = 0;
  #nextTry = 0;
  #state: WriterState = { kind: "writing" };

  /** @throws {KarError} when it is not a record, or a newer one */
  constructor({ path, maxBytes }: RecordFile) {
    this.#db = openToWrite(path, maxBytes);
    this.#store = new Store(this.#db);
    this.#runs = new RunRows(this.#db);
    this.#maxBytes = maxBytes;
    // Prepared statements report by number why they failed.
    this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
    this.#commit = this.#db.prepare("COMMIT");
  }

  /** Says which run is recorded from here on. */
  begin(meta: RunMeta): WriterState {
    this.#meta = meta;
    this.#run = 0;
    return this.#try(() => {});
  }

  /** Takes what was counted since the last time. */
  take(entry: Entry): WriterState {
    const all = this.#waiting === null ? entry : together(this.#waiting, entry);
    this.#waiting = all;
    this.#entries++;
    if (this.#entries < this.#nextTry) return this.#state;
    const state = this.#try(() => this.#write(all));
    if (state.kind === "writing") this.#waiting = null;
    else this.#nextTry = this.#entries + RETRY_ENTRIES;
    return state;
  }

  /**
   * Makes one file of it, which opens anywhere.
   *
   * @param ending null = the run has not come to an end
   */
  close(ending: Ending | null, endedMs: number): WriterState {
    const state = this.#try(() => {
      if (this.#waiting !== null) this.#write(this.#waiting);
      if (ending !== null) this.#runs.end(this.#run, ending, endedMs);
    });
    try {
      closeWritten(this.#db);
      return state;
    } catch (error) {
      // Missing data is worse than two files.
      if (state.kind === "stuck") return state;
      return { kind: "apart", why: messageOf(error) };
    }
  }

  #write({ interval, moment, plans, samples, changes, notes }: Entry): void {
    this.#store.add(interval);
    this.#store.rollUp(interval.t + 1);
    this.#runs.setMoment(this.#run, moment);
    for (const held of plans) {
      this.#runs.setPlan(this.#run, held);
      this.#store.describe(held.plan);
    }
    if (samples !== undefined) this.#runs.setSamples(this.#run, samples);
    for (const change of changes) this.#runs.addChange(change);
    for (const note of notes) this.#runs.addNote(note);
    if (this.#entries % TIDY_ENTRIES === 0) this.#tidy(interval.t);
  }

  #tidy(t: number): void {
    this.#store.ladder.prune(t);
    this.#runs.tidy();
    const reserve = Math.min(RESERVE_BYTES, this.#maxBytes / 8);
    if (this.#usedBytes() < this.#maxBytes - reserve) return;
    this.#store.ladder.shed();
  }

  #usedBytes(): number {
    const used = numberOf(this.#db, "PRAGMA page_count") -
      numberOf(this.#db, "PRAGMA freelist_count");
    return used * numberOf(this.#db, "PRAGMA page_size");
  }

  /** Does something as one transaction, or not at all. */
  #try(task: () => void): WriterState {
    const run = this.#run;
    try {
      this.#begin.run();
      if (this.#run === 0 && this.#meta !== null) this.#beginRun(this.#meta);
      task();
      this.#commit.run();
      this.#state = { kind: "writing" };
    } catch (error) {
      this.#run = run;
      this.#undo();
      this.#state = { kind: "stuck", why: whyOf(error) };
    }
    return this.#state;
  }

  #beginRun(meta: RunMeta): void {
    this.#run = this.#runs.begin(meta);
    this.#store.describe(meta.plan);
  }

  #undo(): void {
    try {
      // A full disk has ended the transaction by itself.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.#store.forget();
    } catch {
      // The next attempt starts over.
    }
  }
}

function whyOf(error: unknown): string {
  return isFull(error)
    ? "no room is left on the disk, or below record.max_size"
    : messageOf(error);
}

/** Two entries, one after the other, as one. */
function together(earlier: Entry, later: Entry): Entry {
  const samples = later.samples ?? earlier.samples;
  return {
    interval: addIntervals(earlier.interval, later.interval),
    moment: later.moment,
    plans: [...earlier.plans, ...later.plans].slice(-PLANS_WAITING_MAX),
    ...(samples && { samples }),
    changes: [...earlier.changes, ...later.changes].slice(-WAITING_MAX),
    notes: [...earlier.notes, ...later.notes].slice(-WAITING_MAX),
  };
}
