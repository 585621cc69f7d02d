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
/** What ends a command, and what ends a word. */
const END = /[\n;|&]/;
const BREAK = /[\s;|&<>]/;

const ANSI_CODE =
  /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/;

/**
 * Cuts a text into commands, and these into words, as a POSIX shell does, with
 * `'…'`, `"…"`, `$'…'`, and backslashes, those at the end of a line included. A
 * newline, `;`, `&` and `|` end a command; redirections and remarks are no part
 * of it. Expands nothing: `$X` stays as it is written.
 *
 * @throws {ImportFault} for a quote that does not end
 */
export function shellCommands(text: string): string[][] {
  return new Reader(text).commands();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  commands(): string[][] {
    const commands: string[][] = [];
    let words: string[] = [];
    for (let count = 0;; count++) {
      if (count > WORDS_MAX) {
        throw new ImportFault("", `has more than ${WORDS_MAX} words`);
      }
      this.#skip();
      if (this.#at < this.#text.length && !END.test(this.#text[this.#at]!)) {
        words.push(this.#word());
        continue;
      }
      if (words.length > 0) commands.push(words);
      words = [];
      if (this.#at >= this.#text.length) return commands;
      this.#at++;
    }
  }

  #word(): string {
    let word = "";
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || BREAK.test(char)) return word;
      word += this.#piece(char);
    }
  }

  /** Passes blanks, lines that go on, remarks, and redirections with their file. */
  #skip(): void {
    for (;;) {
      this.#match(/(?:[^\S\n]|\\\r?\n|\^\r?\n|`\r?\n)*(?:#[^\n]*)?/y);
      if (!this.#match(/(?:\d*|&)[<>]+[&|]?/y)) return;
      this.#match(/[^\S\n]*/y);
      this.#word();
    }
  }

  /** Whether something stood here, which then is passed. */
  #match(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found !== "";
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
