import type { Draws } from "../draws.ts";

/*
 * A template is a text with fields in it: `/items/{{items.id}}?page={{int 1 40}}`.
 * It is parsed once, compiled once in each worker, and then written for each
 * arrival, straight into the bytes that are sent.
 */

/** Where in a request a text stands: decides what a value may be, and how it is escaped. */
const PLACES = [
  "path",
  "query",
  "header",
  "json",
  "form",
  "body",
  "grpc",
] as const;

/** One of them. */
export type FieldPlace = typeof PLACES[number];

/** Something that is written into a request. */
export interface Text {
  /** Bytes that it never passes. */
  readonly most: number;
  /**
   * Writes it, where `to` has room for `most` bytes from `at` on. A captured
   * value that is not there is nothing: see `badVariable`.
   *
   * @returns where it ends
   */
  write(to: Uint8Array, at: number, draws: Draws): number;
}

/** A part of a template that is another one for each arrival. */
export type Field = Text;

/** A captured value that a request uses, and where. */
export interface VariableUse {
  readonly name: string;
  /** Its place in `Vars`. */
  readonly number: number;
  readonly place: FieldPlace;
  /** What must not stand in it; null = anything may. */
  readonly forbidden: Uint8Array | null;
}

/** A column of data that a request uses, and where. */
export interface CellUse {
  readonly data: string;
  readonly column: string;
  /** Where it stands, as draws are named: "header authorization", "json /password". */
  readonly where: string;
  /** Writes the arrival's cell as the data has it. */
  readonly text: Text;
}

/** What a field is asked for. */
export type Expression =
  | { readonly kind: "cell"; readonly data: string; readonly column: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "int"; readonly from: number; readonly to: number }
  | { readonly kind: "pick"; readonly values: readonly string[] }
  | { readonly kind: "hex"; readonly digits: number }
  | { readonly kind: "uuid" }
  | { readonly kind: "seq" }
  | { readonly kind: "id" }
  | { readonly kind: "now"; readonly isIso: boolean }
  | { readonly kind: "clock"; readonly isIso: boolean };

/** A template, taken apart. */
export type TemplatePiece =
  /** As it is sent; `${NAME}` in it is not expanded yet. */
  | { readonly kind: "literal"; readonly text: string }
  | {
    readonly kind: "field";
    /** What stands between the braces, without spaces around it. */
    readonly written: string;
    readonly expression: Expression;
  };

/** Which names a template may use. */
export interface Names {
  /** Columns of each data set; null = nobody has read it yet, so that any may exist. */
  readonly data: ReadonlyMap<string, readonly string[] | null>;
  /** Variables that a journey has captured before: empty for a target. */
  readonly variables: ReadonlySet<string>;
  /** Those that are captured only by this step or a later one; absent = none is known. */
  readonly later?: ReadonlySet<string>;
}
