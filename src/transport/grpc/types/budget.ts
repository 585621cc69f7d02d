import { concat } from "../../../base/mod.ts";
import { fieldsIn } from "./wire_fields.ts";

/**
 * Messages, fields, values of enums, methods and options that a target's files
 * may describe together. Each becomes an object of some hundred bytes; the
 * largest known services have half as many.
 */
const DESCRIBED_MAX = 50_000;

/** Too much is described. */
export class TooMuchDescribed extends Error {
  constructor() {
    super(`over ${DESCRIBED_MAX} messages, fields, values and options`);
  }
}

/** What `descriptor.proto` describes by a message of its own. */
type DescribedKind =
  | "file"
  | "message"
  | "field"
  | "oneof"
  | "enum"
  | "value"
  | "service"
  | "method"
  | "range"
  | "options";

/** What occurs once at most in each kind of message; everything else is counted. */
const ONCE: Readonly<Record<DescribedKind, readonly number[]>> = {
  file: [1, 2, 8, 9, 12, 14],
  message: [1, 7],
  field: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17],
  oneof: [1, 2],
  enum: [1, 3],
  value: [1, 2, 3],
  service: [1, 3],
  method: [1, 2, 3, 4, 5, 6],
  range: [1, 2, 3],
  options: [],
};

/** What is described inside of each kind, by the numbers of its fields. */
const INSIDE: Readonly<
  Record<DescribedKind, Readonly<Record<number, DescribedKind>>>
> = {
  file: { 4: "message", 5: "enum", 6: "service", 7: "field", 8: "options" },
  message: {
    ...{ 2: "field", 3: "message", 4: "enum", 5: "range", 6: "field" },
    ...{ 7: "options", 8: "oneof", 9: "range" },
  },
  field: { 8: "options" },
  oneof: { 2: "options" },
  enum: { 2: "value", 3: "options", 4: "range" },
  value: { 3: "options" },
  service: { 2: "method", 3: "options" },
  method: { 4: "options" },
  range: { 3: "options" },
  // Among them those that the parser did not know, and parts of their names.
  options: { 999: "options" },
};

/** Depth of messages inside messages; the parser of descriptors accepts no more. */
const NESTED_MAX = 100;

/** The field of comments and source lines, which kar does not read. */
const SOURCE_INFO = 9;

/** Counts what files describe, before they are taken apart. */
export class DescribedBudget {
  #left = DESCRIBED_MAX;

  /**
   * Looks through the description of a file.
   *
   * @returns it without the comments of its source
   * @throws {TooMuchDescribed} once everything read so far is too much
   * @throws {Error} for bytes that are something else
   */
  take(file: Uint8Array): Uint8Array {
    this.spend(1);
    this.#look(file, "file", 0);
    const kept = [...fieldsIn(file)]
      .filter(({ number }) => number !== SOURCE_INFO)
      .map(({ whole }) => whole);
    return concat(kept);
  }

  /** Counts so many things of a file in text. */
  spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new TooMuchDescribed();
  }

  #look(bytes: Uint8Array, kind: DescribedKind, depth: number): void {
    if (depth > NESTED_MAX) throw new Error("nested too deeply");
    for (const { number, bytes: inside } of fieldsIn(bytes)) {
      if (!ONCE[kind].includes(number)) this.spend(1);
      const kindInside = INSIDE[kind][number];
      if (kindInside !== undefined) {
        this.#look(inside, kindInside, depth + 1);
      }
    }
  }
}

/** What stands for one thing in a `.proto` file: the end of a statement, or a block. */
const STATEMENT_REGEXP = /[;{]/g;

/** How many things a `.proto` file describes at most. */
export function countStatements(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(STATEMENT_REGEXP)) count++;
  return count;
}
