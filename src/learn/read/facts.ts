import type { LineFormat } from "../../access/mod.ts";
import type { BinnedCounts } from "./bins.ts";
import type { ExactStretch } from "./instants.ts";
import type { StampKind } from "./order.ts";
import type { SessionFacts } from "./sessions.ts";
import type { TemplateRow } from "./template_row.ts";

/** What happened to the lines of a log. */
export interface LineFacts {
  readonly read: number;
  readonly taken: number;
  readonly unreadable: number;
  readonly long: number;
  /** Stamps far from all others that were not confirmed. */
  readonly badStamps: number;
  /** Times that the stamps leapt forwards, and stepped back. */
  readonly leaps: number;
  readonly steps: number;
  readonly hourSteps: number;
  /** Lines whose stamps do not say their zone. */
  readonly unzoned: number;
  readonly noPath: number;
  readonly noClient: number;
  readonly withDuration: number;
}

/** All that is kept of access logs: a plan is learned from it. */
export interface LogFacts {
  readonly format: LineFormat | null;
  readonly stamp: StampKind;
  readonly order: {
    readonly lines: number;
    readonly backByStamp: number;
    readonly backByEnd: number;
    /** Whether the order tells what stamps are of. */
    readonly isTold: boolean;
  };
  readonly lines: LineFacts;
  /** How long an instant the finest stamp stands for. */
  readonly tickUs: number;
  readonly bins: BinnedCounts;
  /** Exact instants of some stretches of 409.6 s. */
  readonly instants: readonly ExactStretch[];
  /** Forms of paths, most frequent first. */
  readonly rows: readonly TemplateRow[];
  /** By the numbers that sessions name. */
  readonly rowOf: ReadonlyMap<number, TemplateRow>;
  /** What a row's count may lack. */
  readonly sketchError: number;
  readonly lostRows: number;
  readonly wildPrefixes: number;
  readonly sessions: SessionFacts;
}
