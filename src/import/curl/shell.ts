import { ImportFault } from "../types.ts";

/** Words of a command; a pasted one has some hundred. */
const WORDS_MAX = 10_000;

/** What stands behind a backslash in `$'…'` (bash, "ANSI-C Quoting"). */
const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  e: String.fromCharCode(27),
  E: String.fromCharCode(27),
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};
const ANSI_CODE =
  /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/;

/**
 * Cuts a command into words as a POSIX shell does, with `'…'`, `"…"`, `$'…'`,
 * and backslashes, those at the end of a line included. Expands nothing: `$X`
 * stays as it is written.
 *
 * @throws {ImportFault} for a quote that does not end
 */
export function shellWords(text: string): string[] {
  return new Reader(text).words();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  words(): string[] {
    const words: string[] = [];
    for (;;) {
      const word = this.#word();
      if (word === null) return words;
      words.push(word);
      if (words.length > WORDS_MAX) {
        throw new ImportFault("", `has more than ${WORDS_MAX} words`);
      }
    }
  }

  #word(): string | null {
    this.#skip();
    if (this.#at >= this.#text.length) return null;
    let word = "";
    for (;;) {
      const char = this.#text[this.#at];
      // A pipe, a list or a redirection ends the command.
      if (char === undefined || /[\s;|&<>]/.test(char)) break;
      word += this.#piece(char);
    }
    // What stands alone here ends the command, and what follows is another's.
    if (word === "" && !/['"]/.test(this.#text[this.#at - 1] ?? "")) {
      this.#at = this.#text.length;
      return null;
    }
    return word;
  }

  #skip(): void {
    const blank = /(?:\s|\\\r?\n|\^\r?\n|`\r?\n)*/y;
    blank.lastIndex = this.#at;
    blank.exec(this.#text);
    this.#at = Math.max(this.#at, blank.lastIndex);
  }

  #piece(char: string): string {
    if (char === "'") return this.#single();
    if (char === '"') return this.#double();
    if (char === "$" && this.#text[this.#at + 1] === "'") return this.#ansi();
    if (char !== "\\") {
      this.#at++;
      return char;
    }
    const next = this.#text[this.#at + 1] ?? "";
    this.#at += 2;
    if (next === "\r" && this.#text[this.#at] === "\n") this.#at++;
    return next === "\n" || next === "\r" ? "" : next;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw this.#open("'");
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #double(): string {
    let inside = "";
    for (let at = this.#at + 1;; at++) {
      const char = this.#text[at];
      if (char === undefined) throw this.#open('"');
      if (char === '"') {
        this.#at = at + 1;
        return inside;
      }
      if (char !== "\\") {
        inside += char;
        continue;
      }
      const next = this.#text[++at] ?? "";
      if (next === "\n") continue;
      inside += '"\\$`'.includes(next) ? next : `\\${next}`;
    }
  }

  #ansi(): string {
    let inside = "";
    let at = this.#at + 2;
    for (;;) {
      const char = this.#text[at];
      if (char === undefined) throw this.#open("$'");
      if (char === "'") {
        this.#at = at + 1;
        return inside;
      }
      if (char !== "\\") {
        inside += char;
        at++;
        continue;
      }
      const rest = this.#text.slice(at + 1, at + 11);
      const code = ANSI_CODE.exec(rest);
      if (code !== null) {
        const value = parseInt(
          code[1] ?? code[2] ?? code[3] ?? code[4]!,
          code[4] === undefined ? 16 : 8,
        );
        inside += value <= 0x10ffff ? String.fromCodePoint(value) : "\ufffd";
        at += 1 + code[0].length;
      } else {
        const next = rest[0] ?? "";
        inside += ANSI_ESCAPES[next] ?? `\\${next}`;
        at += 1 + next.length;
      }
    }
  }

  #open(quote: string): ImportFault {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return new ImportFault(`line ${line}`, `the quote ${quote} does not end`);
  }
}
