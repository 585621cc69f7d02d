import { isoTime } from "../../base/mod.ts";
import { type HeldPlan, maskedPlan, seriesName } from "../../plan/mod.ts";
import {
  type LogLine,
  type Observer,
  type Tell,
  withTimeout,
} from "../../observer/mod.ts";
import type { Measured, Run } from "../../run/mod.ts";
import type { RequestSample, Snapshot } from "../../stats/mod.ts";
import type { RunMeta, StoredMoment, StoredSample } from "../meta.ts";
import type { Note } from "../store/mod.ts";
import { Flush } from "./flush.ts";
import type { WriterState } from "./messages.ts";
import type { RecordWriter } from "./writer.ts";

/** Time between two reports of the run. */
const FLUSH_MS = 1000;
/** Lines that wait for the next flush; further ones are only in the log. */
const NOTES_MAX = 1000;
/** How long a report waits for the result of closing; the run's end waits a little longer. */
const CLOSING_MS = 3000;

/** What a record is told besides the run. */
export interface RecordOptions {
  readonly writer: RecordWriter;
  readonly about: Pick<RunMeta, "kar" | "machine" | "part" | "parts" | "fleet">;
  /** The wall clock, milliseconds since the epoch. */
  readonly wallMs: () => number;
  readonly tell: Tell;
  /** Whether it stays after the run: if not, it need not be one file. */
  readonly isKept: boolean;
  /** Releases the lock of the file, which stays empty where no run has begun. */
  readonly release: (isEmpty: boolean) => void;
}

/**
 * Tells a record once a second what is new of a run. It never waits: while the
 * writer is busy, news accumulate as a difference of sums.
 */
export class RecordObserver implements Observer {
  readonly name = "record";
  readonly look = { everyMs: FLUSH_MS, at: () => this.#flush() };
  readonly #o: RecordOptions;
  #run: Run | null = null;
  #flushed: Flush | null = null;
  #lastPlan: HeldPlan | undefined;
  #samples: readonly RequestSample[] = NO_SAMPLES;
  #notes: Note[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #isStuck = false;
  #lastWarning: string | null = null;

  constructor(options: RecordOptions) {
    this.#o = options;
    options.writer.onState = (state) => this.#tell(state);
  }

  get path(): string {
    return this.#o.writer.path;
  }

  /** Resolves once nothing is written any more, whatever the result. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * What went wrong as it was closed, for a report whose numbers are there
   * already; null = nothing.
   */
  async lastWarning(): Promise<string | null> {
    return await withTimeout(CLOSING_MS, this.closed)
      ? this.#lastWarning
      : `The record ${this.path} is not closed yet after ${
        CLOSING_MS / 1000
      } s: its disk may hang`;
  }

  line({ level, message }: LogLine): void {
    if (this.#notes.length >= NOTES_MAX) return;
    this.#notes.push({ atMs: this.#o.wallMs(), level, text: message });
  }

  begun(run: Run): void {
    this.#run = run;
    const now = run.measured();
    const { moment, former } = now;
    this.#flushed = new Flush(now);
    this.#o.writer.begin({
      ...this.#o.about,
      runId: run.runId,
      plan: maskedPlan(moment.plan),
      startMs: moment.startMs,
      begunMs: moment.begunMs,
      before: former,
    });
  }

  async ended(snapshot: Snapshot): Promise<void> {
    const now = this.#run!.measured();
    this.#write(now);
    const { totals } = now;
    const { steps, stepMs } = snapshot;
    await this.#close({ totals, steps, stepMs });
  }

  async close(): Promise<void> {
    await this.#close(null);
  }

  async #close(ending: Parameters<RecordWriter["close"]>[0]): Promise<void> {
    try {
      this.#tellLast(await this.#o.writer.close(ending, this.#o.wallMs()));
    } finally {
      this.#o.release(this.#run === null);
      this.#closed.resolve();
    }
  }

  #flush(): void {
    if (this.#o.writer.isReady) this.#write(this.#run!.measured());
  }

  #write(now: Measured): void {
    const { plan: _, ...moment } = now.moment;
    const notes = this.#notes;
    this.#notes = [];
    this.#o.writer.write({
      ...this.#flushed!.take(now),
      moment: moment satisfies StoredMoment,
      plans: this.#newPlans(now).map(({ slot, plan }) => ({
        slot,
        plan: maskedPlan(plan),
      })),
      ...(now.samples !== this.#samples && { samples: namedSamples(now) }),
      notes,
    });
    this.#lastPlan = now.plans.at(-1);
    this.#samples = now.samples;
  }

  /** Plans that have taken over since the last time. */
  #newPlans({ plans }: Measured): readonly HeldPlan[] {
    const last = this.#lastPlan;
    return last === undefined ? plans : plans.slice(plans.indexOf(last) + 1);
  }

  /** Reported once when it stops, and once when it goes on, in the report, too. */
  #tell(state: WriterState): void {
    const { writer, tell, wallMs } = this.#o;
    this.#isStuck = state.kind !== "writing";
    if (state.kind === "writing") {
      return tell(`The record ${writer.path} is written again`);
    }
    const line = `The record ${writer.path} is not written since ${
      isoTime(wallMs())
    }: ${state.why}; the run goes on`;
    if (this.#run === null) tell(line, "warn");
    else this.#run.warn(line);
  }

  /** The result of closing; that nothing was written any more has been reported. */
  #tellLast(state: WriterState): void {
    const { path } = this.#o.writer;
    if (this.#lastWarning !== null) return;
    if (state.kind === "writing") {
      if (this.#isStuck) this.#tell(state);
      return;
    }
    if (state.kind === "stuck" ? this.#isStuck : !this.#o.isKept) return;
    this.#lastWarning = state.kind === "apart"
      ? `The record ${path} is complete, but stays two files: ${state.why}: keep ${path}-wal beside it`
      : `The record ${path} lacks its last seconds and the run's end: ${state.why}`;
    this.#o.tell(this.#lastWarning, "warn");
  }
}

const NO_SAMPLES: readonly RequestSample[] = [];

function namedSamples(
  { samples, moment: { plan } }: Measured,
): StoredSample[] {
  return samples.map((sample) => ({
    ...sample,
    target: seriesName(plan, sample.target),
  }));
}
