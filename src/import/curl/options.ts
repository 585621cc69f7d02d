import { PLAIN, SHORT, TAKEN, UNLIKE, VALUED } from "./flags.ts";
import { ImportFault, type LeftOut } from "../types.ts";

/** One option of the command, or a URL. */
export interface CurlOption {
  readonly name: string;
  readonly value: string;
}

/** The start of a word, for a message. */
export function shown(word: string | undefined): string {
  return word === undefined ? "nothing" : JSON.stringify(word.slice(0, 40));
}

/** Reads the words behind `curl`; what kar has nothing of is noted. */
export function optionsOf(
  words: readonly string[],
  left: LeftOut,
): CurlOption[] {
  const options: CurlOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = () => {
      const value = words[++i];
      if (value !== undefined) return value;
      throw new ImportFault(`option ${word}`, "has no value");
    };
    if (word === "--") {
      const urls = words.slice(i + 1);
      return [...options, ...urls.map((value) => ({ name: "url", value }))];
    }
    if (!word.startsWith("-") || word === "-") {
      options.push({ name: "url", value: word });
    } else if (word.startsWith("--")) {
      options.push(...longOption(word, next, left));
    } else {
      options.push(...shortOptions(word, next, left));
    }
  }
  return options;
}

function longOption(
  word: string,
  next: () => string,
  left: LeftOut,
): CurlOption[] {
  const at = word.indexOf("=");
  const name = word.slice(2, at < 0 ? undefined : at);
  const value = at < 0 ? next : () => word.slice(at + 1);
  return optionOf(name, value, left);
}

/** `-sSLk`, `-XPOST`, `-H 'a: b'`: the rest of a word is the value of its last flag. */
function shortOptions(
  word: string,
  next: () => string,
  left: LeftOut,
): CurlOption[] {
  const options: CurlOption[] = [];
  for (let at = 1; at < word.length; at++) {
    const name = SHORT[word[at]!];
    if (name === undefined) {
      left.add(`option -${word[at]}: not known`);
      continue;
    }
    if (!takesValue(name)) {
      options.push(...optionOf(name, next, left));
      continue;
    }
    const rest = word.slice(at + 1);
    options.push(...optionOf(name, rest === "" ? next : () => rest, left));
    break;
  }
  return options;
}

function takesValue(name: string): boolean {
  return TAKEN.has(name) || Object.hasOwn(VALUED, name);
}

function optionOf(
  name: string,
  value: () => string,
  left: LeftOut,
): CurlOption[] {
  if (TAKEN.has(name)) return [{ name, value: value() }];
  if (Object.hasOwn(VALUED, name)) {
    value();
    if (VALUED[name] !== "") left.add(`option --${name}: ${VALUED[name]}`);
    return [];
  }
  if (Object.hasOwn(UNLIKE, name)) {
    left.add(`option --${name}: ${UNLIKE[name]}`);
    return [];
  }
  if (!PLAIN.has(name) && !PLAIN.has(name.replace(/^no-/, ""))) {
    left.add(`option --${name}: not known`);
  }
  return [{ name, value: "" }];
}
