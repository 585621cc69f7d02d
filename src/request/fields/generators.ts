import type { Expression } from "./types.ts";

/** What follows a generator's name, or what is wrong with it. */
type Read = (words: readonly string[]) => Expression | string;

const INT_REGEXP = /^-?\d{1,16}$/;
const HEX_DIGITS_MAX = 256;

/** A row for each generator: how it is written, and what its words mean. */
const GENERATORS: Readonly<Record<string, { usage: string; read: Read }>> = {
  uuid: { usage: "{{uuid}}", read: bare({ kind: "uuid" }) },
  int: { usage: "{{int 1 100}}", read: int },
  pick: { usage: "{{pick red green blue}}", read: pick },
  seq: { usage: "{{seq}}", read: bare({ kind: "seq" }) },
  id: { usage: "{{id}}", read: bare({ kind: "id" }) },
  now: { usage: "{{now}} or {{now iso}}", read: instant("now") },
  clock: { usage: "{{clock}} or {{clock iso}}", read: instant("clock") },
  hex: { usage: "{{hex 16}}", read: hex },
};

/** Names that no data set and no variable may have. */
export const GENERATOR_NAMES: readonly string[] = Object.keys(GENERATORS);

/** Whether a word is the name of a generator. */
export function isGenerator(name: string): boolean {
  return Object.hasOwn(GENERATORS, name);
}

/** Reads a call of a generator; a text = what is wrong with it. */
export function readGenerator(
  name: string,
  words: readonly string[],
): Expression | string {
  const { usage, read } = GENERATORS[name]!;
  const expression = read(words);
  return typeof expression === "string"
    ? `${expression}; write it like ${usage}`
    : expression;
}

function bare(expression: Expression): Read {
  return (words) => words.length === 0 ? expression : "takes nothing more";
}

function int([from, to, ...rest]: readonly string[]): Expression | string {
  if (from === undefined || to === undefined || rest.length > 0) {
    return "takes the least and the largest number";
  }
  const [least, most] = [Number(from), Number(to)];
  const isWhole = INT_REGEXP.test(from) && INT_REGEXP.test(to) &&
    Number.isSafeInteger(least) && Number.isSafeInteger(most) &&
    Number.isSafeInteger(most - least);
  if (!isWhole) return "takes whole numbers within ±2^53";
  return least <= most
    ? { kind: "int", from: least, to: most }
    : "takes the least number first";
}

function pick(values: readonly string[]): Expression | string {
  return values.length === 0
    ? "takes the words to pick from"
    : { kind: "pick", values };
}

function instant(kind: "now" | "clock"): Read {
  return ([form, ...rest]) =>
    rest.length > 0 || (form !== undefined && form !== "iso")
      ? "takes iso or nothing"
      : { kind, isIso: form === "iso" };
}

function hex([digits = "", ...rest]: readonly string[]): Expression | string {
  const count = Number(digits);
  const isCount = /^\d{1,3}$/.test(digits) && rest.length === 0 &&
    count >= 1 && count <= HEX_DIGITS_MAX;
  return isCount
    ? { kind: "hex", digits: count }
    : `takes how many digits, 1 to ${HEX_DIGITS_MAX}`;
}
