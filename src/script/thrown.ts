import type { ScriptModule, ScriptSource } from "./types.ts";
import { maskWords } from "./source/words.ts";

/** Where something stands in a script. */
export interface ScriptPlace {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** A mistake in how a script uses its context: its message holds no value. */
export class ScriptUseError extends Error {
  /** Which the script cannot change. */
  readonly #told: string;

  constructor(message: string) {
    super(message);
    this.#told = message;
  }

  /** The message of such an error; null = it is another one. */
  static toldBy(error: Error): string | null {
    return #told in error ? error.#told : null;
  }
}

/** The kind of an error that may be shown: any other name may hold anything. */
const NAMES: ReadonlySet<string> = new Set([
  ...["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError"],
  ...["URIError", "EvalError", "AggregateError", "DOMException"],
]);

const PLACE_REGEXP =
  /(data:application\/javascript;base64,[^\s():]*):([0-9]+):([0-9]+)/g;

/** The first place of a stack that is in a file of a script; null = none is. */
export function placeIn(
  stack: string,
  modules: readonly ScriptModule[],
): ScriptPlace | null {
  for (const [, address, line, col] of stack.matchAll(PLACE_REGEXP)) {
    const module = modules.find(({ tail }) => address!.endsWith(tail));
    if (module === undefined) continue;
    return { file: module.file, line: Number(line), col: Number(col) };
  }
  return null;
}

/**
 * What a script has thrown, in one line: its kind, where, and of its message
 * only words that stand in the script.
 */
export function thrownText(
  thrown: unknown,
  { modules, words, file }: Pick<ScriptSource, "modules" | "words" | "file">,
): string {
  const { name, own, message, stack } = read(thrown);
  const place = placeIn(stack, modules);
  const where = place === null
    ? file
    : `${place.file}:${place.line}:${place.col}`;
  if (name === null) return `${where}: it threw something that is not an Error`;
  const told = own ?? maskWords(message, words);
  const kind = NAMES.has(name) && own === null ? `${name}: ` : "";
  return `${where}: ${kind}${told}`.trim();
}

/** A thrown thing may be anything, getters that throw included. */
function read(thrown: unknown) {
  try {
    if (!(thrown instanceof Error)) throw new TypeError();
    return {
      name: String(thrown.name),
      own: ScriptUseError.toldBy(thrown),
      message: String(thrown.message),
      stack: String(thrown.stack),
    };
  } catch {
    return { name: null, own: null, message: "", stack: "" };
  }
}
