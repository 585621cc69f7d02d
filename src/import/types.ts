import type { Draft } from "../draft/mod.ts";

/** What an importer made of a text. */
export interface Imported {
  readonly draft: Draft;
  /** What was not taken over, one line each, with its place. */
  readonly left: readonly string[];
}

/** What is wrong with a text that was to be imported, and where. */
export class ImportFault extends Error {
  /** @param place such as `line 3`; empty = the whole */
  constructor(readonly place: string, message: string) {
    super(message);
  }
}

/** What came of importing: never anything else, whatever the text is. */
export type ImportResult =
  | ({ readonly kind: "imported" } & Imported)
  | {
    readonly kind: "wrong";
    readonly place: string;
    readonly message: string;
  };

/** Runs an importer; a fault of the text becomes a value. */
export function imported(read: () => Imported): ImportResult {
  try {
    return { kind: "imported", ...read() };
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    return { kind: "wrong", place: error.place, message: error.message };
  }
}

/** Things left out that are told one by one; nobody reads more. */
const LEFT_MAX = 200;

/** Notes what was left out, within a bound. */
export class LeftOut {
  readonly lines: string[] = [];
  #more = 0;

  add(line: string): void {
    if (this.lines.includes(line)) return;
    if (this.lines.length < LEFT_MAX) this.lines.push(line);
    else this.#more++;
  }

  /** All of it, and how much more there was. */
  told(): readonly string[] {
    return this.#more === 0
      ? this.lines
      : [...this.lines, `and ${this.#more} more`];
  }
}
