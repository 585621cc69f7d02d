/** A source file seen three ways, all of the same length and lines. */
export interface Masked {
  /** Without comments, and without what stands inside strings and regular expressions. */
  readonly code: string;
  /** Comments only. */
  readonly comments: string;
  /** As it was written. */
  readonly source: string;
}

/** What is cut out of `code`; quotes and the braces of a template's parts stay. */
type Kind = "code" | "comment" | "text";

/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEXP =
  /(?:^|[=(,;:!&|?{}[+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield))\s*$/;

/**
 * Tells code from comments and strings, as a scanner of TypeScript does: line
 * and block comments, three kinds of quotes, code inside templates, regular
 * expressions with their character classes.
 */
export function mask(source: string): Masked {
  const scanner = new Scanner(source);
  scanner.code(0, undefined);
  const { kinds } = scanner;
  return {
    source,
    code: keep(source, kinds, "code"),
    comments: keep(source, kinds, "comment"),
  };
}

function keep(source: string, kinds: readonly Kind[], kind: Kind): string {
  let kept = "";
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    kept += kinds[i] === kind || char === "\n" ? char : " ";
  }
  return kept;
}

class Scanner {
  readonly kinds: Kind[];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
    this.kinds = new Array<Kind>(source.length).fill("code");
  }

  /** Reads code from `i` to its end, or past the brace that closes a template's part. */
  code(i: number, end: "}" | undefined): number {
    let depth = 0;
    while (i < this.#source.length) {
      const char = this.#source[i]!;
      if (char === end && depth === 0) return i + 1;
      if (char === "{") depth++;
      else if (char === "}") depth--;
      i = this.#token(i, char);
    }
    return i;
  }

  /** @returns where the next token begins */
  #token(i: number, char: string): number {
    if (char === '"' || char === "'") return this.#quoted(i, char);
    if (char === "`") return this.#template(i + 1);
    if (char !== "/") return i + 1;
    const next = this.#source[i + 1];
    if (next === "/") return this.#until(i, "\n", "comment");
    if (next === "*") return this.#until(i, "*/", "comment");
    return this.#mayBeRegExp(i) ? this.#regExp(i) : i + 1;
  }

  #until(from: number, end: string, kind: Kind): number {
    const at = this.#source.indexOf(end, from + 2);
    const to = at < 0 ? this.#source.length : at + end.length;
    return this.#mark(from, to, kind);
  }

  #quoted(from: number, quote: string): number {
    let i = from + 1;
    while (
      i < this.#source.length && !`${quote}\n`.includes(this.#source[i]!)
    ) {
      i += this.#source[i] === "\\" ? 2 : 1;
    }
    return this.#mark(from + 1, i, "text") + 1;
  }

  #template(i: number): number {
    while (i < this.#source.length && this.#source[i] !== "`") {
      if (this.#source.startsWith("${", i)) {
        i = this.code(i + 2, "}");
      } else {
        const to = i + (this.#source[i] === "\\" ? 2 : 1);
        i = this.#mark(i, to, "text");
      }
    }
    return i + 1;
  }

  #mayBeRegExp(i: number): boolean {
    // Comments count as blanks here, so the look back is over what is code.
    let before = "";
    for (let at = i - 1; at >= 0 && before.trim().length < 8; at--) {
      before = (this.kinds[at] === "code" ? this.#source[at]! : " ") + before;
    }
    return BEFORE_REGEXP.test(before);
  }

  #regExp(from: number): number {
    let isInClass = false;
    let i = from + 1;
    for (; i < this.#source.length && this.#source[i] !== "\n"; i++) {
      const char = this.#source[i]!;
      if (char === "\\") i++;
      else if (char === "[") isInClass = true;
      else if (char === "]") isInClass = false;
      else if (char === "/" && !isInClass) break;
    }
    return this.#mark(from + 1, i, "text") + 1;
  }

  #mark(from: number, to: number, kind: Kind): number {
    this.kinds.fill(kind, from, to);
    return to;
  }
}
