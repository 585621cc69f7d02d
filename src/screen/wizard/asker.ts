import type { Line } from "../../report/mod.ts";

/** What Esc answers to any question. */
export const BACK = Symbol("back");

/** A question for a line of text. */
export interface TextQuestion {
  readonly message: string;
  readonly initial: string;
  /** Shown while nothing is typed. */
  readonly example?: string;
  /** Why an answer cannot be taken; null = it can. */
  readonly complaint: (answer: string) => string | null;
}

/** A question with few answers. */
export interface Choice {
  readonly message: string;
  readonly initial: string;
  readonly options: readonly Option[];
}

/** One answer of a choice. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/**
 * Whoever asks a person. Ctrl-C and a signal to stop end any of its promises
 * with the `KarError` `cancelled`.
 */
export interface Asker {
  /** Size of the screen now, in characters. */
  size(): { readonly columns: number; readonly rows: number };
  /** Begins a new page. */
  page(lines: readonly Line[]): void;
  text(question: TextQuestion): Promise<string | typeof BACK>;
  choose(choice: Choice): Promise<string | typeof BACK>;
  /** Waits for something that takes a moment. */
  wait<T>(work: Promise<T>): Promise<T>;
}
