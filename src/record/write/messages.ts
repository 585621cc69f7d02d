import type { Change } from "../../pattern/mod.ts";
import type { HeldPlan } from "../../plan/mod.ts";
import type { Interval } from "../interval/mod.ts";
import type { Ending, RunMeta, StoredMoment, StoredSample } from "../meta.ts";
import type { Note } from "../store/mod.ts";

/** What is reported of a run once a second. */
export interface Entry {
  readonly interval: Interval;
  readonly moment: StoredMoment;
  /** Plans that have taken over since, in their order. */
  readonly plans: readonly HeldPlan[];
  /** All of them, where some are new; absent = they are the same. */
  readonly samples?: readonly StoredSample[];
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/** How a record is opened. */
export interface RecordFile {
  readonly path: string;
  /** Size of the file at most. */
  readonly maxBytes: number;
}

/** Messages of the main thread to the writer. */
export type ToWriter =
  | { readonly kind: "open"; readonly file: RecordFile }
  | { readonly kind: "begin"; readonly meta: RunMeta }
  | { readonly kind: "entry"; readonly entry: Entry }
  | {
    readonly kind: "close";
    /** Null = the run has not come to an end. */
    readonly ending: Ending | null;
    /** Wall clock, milliseconds since the epoch. */
    readonly endedMs: number;
  };

/** The state of writing. */
export type WriterState =
  | { readonly kind: "writing" }
  /** Measuring goes on; what comes is written when there is room again. */
  | { readonly kind: "stuck"; readonly why: string }
  /** Everything is written, in two files: they could not be made one. */
  | { readonly kind: "apart"; readonly why: string };

/** The writer's answers, one to each message. */
export type FromWriter =
  | { readonly kind: "done"; readonly state: WriterState }
  /** It cannot be opened. */
  | { readonly kind: "refused"; readonly message: string };
