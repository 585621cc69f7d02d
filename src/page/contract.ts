import type { ReportV1 } from "../report/mod.ts";

/**
 * The data of the page, live and frozen, version 1: within a version keys are
 * only ever added. All numbers stand in flat lists, one entry a column; a
 * column is a stretch of plan time, and null means unknown.
 */
export interface PageData extends PageColumns {
  readonly version: 1;
  /** The very report of `--out json`. */
  readonly report: PageReport;
  /** Names of what `run.phase` and `forecast.phase` index. */
  readonly phases: readonly string[];
  readonly arrivals: "poisson" | "uniform" | "replay";
  readonly verdict: PageVerdict;
  /** What will be sent after `span.toMs` if nothing is changed any more. */
  readonly forecast: PageForecast | null;
  /** Response time by share, for each phase that had a request. */
  readonly curves: Readonly<Record<string, readonly CurvePoint[]>>;
  /** Those of the plan, in the order in which it has them; absent = none. */
  readonly scenarios?: readonly PageScenario[];
  readonly events: readonly PageEvent[];
  /** What operators and the breaker did to the traffic. */
  readonly marks: readonly PageMark[];
  /** The plan as text, with secrets hidden. */
  readonly config: string;
}

/** What was measured, by columns: of the whole run, or of a stretch that is looked at closely. */
export interface PageColumns {
  readonly span: PageSpan;
  readonly run: RunColumns;
  /** The whole traffic first, then each target by its name. */
  readonly series: readonly PageSeries[];
}

/** A stretch of the plan with a name. */
export interface PageScenario {
  readonly name: string;
  /** Response time by share of its requests. */
  readonly curve: readonly CurvePoint[];
}

/** The report without its timeline, which the columns are. */
export type PageReport = Omit<ReportV1, "steps">;

/** Plan time, milliseconds since the epoch. */
export interface PageSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of a column. */
  readonly stepMs: number;
  /** IANA name of the zone in which people read it. */
  readonly zone: string;
}

/** The answer in words. */
export interface PageVerdict {
  readonly word:
    | "pass"
    | "fail"
    | "stopped"
    | "invalid"
    | "unknown"
    | "done"
    | "running";
  readonly text: string;
}

/** What exists once for the whole run. */
export interface RunColumns {
  /** Requests that the plan says for a column. */
  readonly planned: readonly number[];
  /** The phase that most of a column had. */
  readonly phase: readonly number[];
  /** The scenario that most of a column had; −1 = none. Absent = the plan has none. */
  readonly scenario?: readonly number[];
  /** What the rate was multiplied with; a factor that never moved is absent. */
  readonly factors: Readonly<Record<string, readonly (number | null)[]>>;
  readonly sendLagP99: readonly (number | null)[];
  /** CPU of the process: 1 = one core. */
  readonly cpu: readonly (number | null)[];
  readonly rssMiB: readonly (number | null)[];
  readonly inFlight: readonly (number | null)[];
  /** 1 where kar itself was the limit. */
  readonly doubtful: readonly number[];
}

/** Counts and times of the whole traffic, or of one target. */
export interface PageSeries {
  /** Null = all of them. */
  readonly target: string | null;
  /** Its share of what is planned. */
  readonly share: number;
  /** Requests that were planned for it, where another plan gave it another share; absent = its share of all. */
  readonly planned?: readonly number[];
  readonly due: readonly number[];
  readonly sent: readonly number[];
  readonly ok: readonly number[];
  /** By kind; one that never occurred is absent. */
  readonly failed: Readonly<Record<string, readonly number[]>>;
  readonly missed: Readonly<Record<string, readonly number[]>>;
  readonly p50: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** How many columns share one value, since each alone has too few samples. */
  readonly shared: Readonly<Record<"p50" | "p90" | "p99", number>>;
  readonly heat: PageHeat;
}

/**
 * How many requests took how long. Row r counts what took from
 * 10^(r / `ROWS_PER_DECADE`) µs on.
 */
export interface PageHeat {
  readonly firstRow: number;
  readonly rows: number;
  /** Counts of 16 bits, little-endian, column by column, as base64. */
  readonly cells: string;
}

/** Rows of the heatmap for each tenfold time. */
export const ROWS_PER_DECADE = 18;

/** What is coming. */
export interface PageForecast {
  readonly fromMs: number;
  readonly stepMs: number;
  /** Requests a second. */
  readonly rate: readonly number[];
  readonly phase: readonly number[];
}

/**
 * A share of the requests took at most so many milliseconds; so many took
 * longer. With fewer than ten of those it is a guess.
 */
export type CurvePoint = readonly [share: number, ms: number, beyond: number];

/** One thing that happened. */
export interface PageEvent {
  /** Plan time, milliseconds since the epoch. */
  readonly t: number;
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/** A change of the traffic, as it stands on the axis of time. */
export interface PageMark {
  /** Plan time from which it held, milliseconds since the epoch. */
  readonly t: number;
  readonly kind: "operator" | "breaker";
  /** A few words: `paused`, `spike ×3`. */
  readonly text: string;
}

/** What the live page is sent: everything first, then what is new. */
export type PageMessage =
  | {
    readonly kind: "all";
    readonly data: PageData;
    /** Whether the page may ask for changes, with a token. */
    readonly control: boolean;
    /** Another run, laid over this one; null = none. */
    readonly other: PageData | null;
  }
  | { readonly kind: "more"; readonly tail: PageTail };

/** Columns from `from` on replace what was there; the rest is as it stands now. */
export interface PageTail
  extends Omit<PageData, "version" | "config" | "events" | "phases"> {
  readonly from: number;
  /** Those that are new. */
  readonly events: readonly PageEvent[];
}
