import type { Line } from "../../report/mod.ts";

/** The answer that Esc gives to any question. */
export const BACK = Symbol("back");

/** Size of a screen in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What stands above the questions, for any size. */
export type Page = (size: Size) => readonly Line[];

/** A question for a line of text. */
export interface TextQuestion {
  readonly message: string;
  readonly initial: string;
  /** Shown below the answer. */
  readonly example?: string;
  /** Why an answer cannot be taken; null = it can. */
  readonly complaint: (answer: string) => string | null;
  /** Whether keys that were pressed before it was asked must not answer it. */
  readonly isGrave?: true;
  /** Called with what had been typed when Esc left the question. */
  readonly left?: (typed: string) => void;
}

/** A question with few answers. */
export interface Choice {
  readonly message: string;
  readonly initial: string;
  readonly options: readonly Option[];
  /** Whether keys that were pressed before it was asked must not answer it. */
  readonly isGrave?: true;
}

/** One answer of a choice. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/**
 * Asks a person. Ctrl-C and a signal to stop end any of its promises
 * with the `KarError` `cancelled`.
 */
export interface Asker {
  /** What stands above the questions from the next one on. */
  page(page: Page): void;
  text(question: TextQuestion): Promise<string | typeof BACK>;
  choose(choice: Choice): Promise<string | typeof BACK>;
  /** Waits for something that takes a moment, and says what. */
  wait<T>(message: string, work: Promise<T>): Promise<T>;
}
