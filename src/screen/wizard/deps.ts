import type { Forecast } from "../../pattern/mod.ts";

/** One thing that the config's parser found. */
export interface ConfigProblem {
  /** Keys and list indexes joined by dots. */
  readonly path: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What a config leads to. */
export interface Preview {
  /** The next hour. */
  readonly forecast: Forecast;
  /** Time zone of the schedule. */
  readonly zone: string;
}

/** Where a target is. */
export interface Host {
  readonly name: string;
  /** Whether it is this machine or in a private network. */
  readonly isOwn: boolean;
}

/** What came of a check that changes nothing. */
export interface Reached {
  readonly isOk: boolean;
  /** `answers (200)`, `refuses the connection`. */
  readonly text: string;
}

/** What came of writing a file. */
export type Saved =
  | { readonly kind: "saved" }
  /** There is one already, and it was left as it is. */
  | { readonly kind: "exists" }
  | { readonly kind: "refused"; readonly why: string };

/** What the wizard needs from outside: parser, forecast, network, files. */
export interface WizardDeps {
  /** Everything that is wrong or surprising in a config's text. */
  problems(text: string): readonly ConfigProblem[];
  /**
   * Reads the rows that a config's text names, so that `problems` knows their
   * columns from then on.
   *
   * @returns why they cannot be used; null = they can
   */
  readRows(text: string): Promise<string | null>;
  /** The fields of the rows that were read last: `users.id`. */
  rowFields(): readonly string[];
  /** What a text without errors leads to. */
  preview(text: string): Preview;
  host(text: string): Promise<Host>;
  /** Whether the target is there; never repeats a POST or a call. */
  reach(text: string): Promise<Reached>;
  /** @param mode whether a file that is there may be replaced */
  save(path: string, text: string, mode: "new" | "replace"): Promise<Saved>;
}
