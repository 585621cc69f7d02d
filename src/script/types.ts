import type { CodeRange } from "../protocol/mod.ts";
import type { AskedCall, AskedHttp, DataSet } from "../request/mod.ts";

/*
 * Messages between the process that runs a script and the worker that sends for
 * it. All are fit for a structured clone.
 */

/** The word after `kar` by which a compiled binary is a script's process; `main.ts` has it, too. */
export const SCRIPT_WORD = "__script";

/** A script in the form in which it is passed on: complete, read and checked. */
export interface ScriptSource {
  /** The journey that it is. */
  readonly journey: string;
  /** Its file, as the config names it. */
  readonly file: string;
  /** What to import: a `data:` address with all that it imports inside. */
  readonly main: string;
  /** Its files, by what the addresses of their modules end with. */
  readonly modules: readonly ScriptModule[];
  /** All words of its files: no other word of its messages is ever shown. */
  readonly words: ReadonlySet<string>;
}

/** One file of a script. */
export interface ScriptModule {
  readonly file: string;
  /** The end of its address. */
  readonly tail: string;
}

/** What a script is run with, the same for all its journeys. */
export interface ScriptSetting {
  readonly source: ScriptSource;
  readonly steps: readonly string[];
  /** Those of them that are calls of gRPC. */
  readonly calls: readonly string[];
  readonly seed: number;
  /** What the config gives it. */
  readonly vars: Readonly<Record<string, string>>;
}

/** The same with the data sets that it names, which stay in the worker. */
export interface ScriptToOpen extends ScriptSetting {
  readonly data: readonly DataSet[];
}

/** A row of data as a script has it: columns by name. */
export type ScriptRow = Readonly<Record<string, string | number | boolean>>;

/** A journey for a script to run. */
export interface ScriptStart {
  readonly slot: number;
  readonly lane: number;
  readonly index: number;
  readonly offsetMs: number;
  readonly rank: number;
  /** Its rows, by the names of the data sets. */
  readonly rows: Readonly<Record<string, ScriptRow>>;
  /** What the setup has captured, by name. */
  readonly captured: Readonly<Record<string, string>>;
}

/** A request as a script asks for it: of HTTP, or a call of gRPC. */
export type ScriptRequest = (AskedHttp | AskedCall) & {
  /** The step's number. */
  readonly step: number;
  /** Whether the body of the answer is wanted. */
  readonly keep: boolean;
  /** Whether the journey may go well although this fails. */
  readonly mayFail: boolean;
  /** Codes that are right; null = those of every request. */
  readonly ok: readonly CodeRange[] | null;
};

/** The outcome of a request, as the script gets it. */
export type ScriptAnswer =
  | {
    readonly kind: "answer";
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** null = it was not asked for. */
    readonly body: Uint8Array | null;
  }
  | { readonly kind: "failure"; readonly failure: string };

/** What a script says of one of its journeys. */
export type ScriptSays =
  | { readonly kind: "http"; readonly asked: ScriptRequest }
  | { readonly kind: "think"; readonly ms: number }
  /** It has come to its end. */
  | { readonly kind: "done"; readonly failure: ScriptFailure | null }
  /** What runs it is gone. */
  | { readonly kind: "lost"; readonly why: string };

/** Why a journey has failed by what its script did. */
export interface ScriptFailure {
  readonly kind: "script" | "check";
  readonly reason: string;
}

/** An arrival for a script to make a journey of. */
export type ScriptArrival = Omit<ScriptStart, "rows">;

/** Runs scripts, as the worker that sends for them sees it. */
export interface ScriptRunner {
  /**
   * Starts a journey; `says` is called from later turns of the event loop.
   *
   * @returns its number, or why it cannot be run
   */
  begin(
    arrival: ScriptArrival,
    says: (said: ScriptSays) => void,
  ): number | string;
  /** Reports the outcome of a request of the journey. */
  answer(journey: number, answer: ScriptAnswer): void;
  /** Reports that the time of thinking is over. */
  thought(journey: number): void;
  /** Ends a journey: nothing more is reported of it. */
  end(journey: number): void;
  /** Ends once no journey is open any more; no new one begins after this. */
  retire(): void;
  /** Ends all at once. */
  close(): void;
}

/** Makes a script ready; throws `KarError` for one that cannot be run. */
export type OpenScript = (options: ScriptToOpen) => Promise<ScriptRunner>;

/** Messages to the process of a script. */
export type ToScript =
  | {
    readonly kind: "open";
    readonly main: string;
    /** null = it is only looked at. */
    readonly setting: ScriptSetting | null;
  }
  | {
    readonly kind: "begin";
    readonly id: number;
    readonly start: ScriptStart;
  }
  | {
    readonly kind: "answer";
    readonly id: number;
    readonly answer: ScriptAnswer;
  }
  | { readonly kind: "thought" | "end"; readonly id: number };

/** Messages from the process of a script. */
export type FromScript =
  /** What it exports, as far as it is what a script exports. */
  | {
    readonly kind: "opened";
    readonly steps: readonly string[] | null;
    readonly isFunction: boolean;
  }
  /** It cannot be evaluated. */
  | {
    readonly kind: "broken";
    readonly name: string;
    readonly message: string;
    readonly stack: string;
  }
  | {
    readonly kind: "said";
    readonly id: number;
    readonly said: ScriptSays;
  }
  /** Its thread had to be given up; nothing comes after this. */
  | { readonly kind: "lost"; readonly why: string };
