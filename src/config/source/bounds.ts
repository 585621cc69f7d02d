import { CST, Lexer } from "yaml";

/** Nesting of maps and lists; the deepest message of a gRPC call fits. */
export const DEPTH_MAX = 32;
/** Values in a file with its aliases written out: a "billion laughs" ends here. */
export const VALUES_MAX = 20_000;
/** Lines outside of quoted and block texts. */
const LINES_MAX = 100_000;
/** A level may take two signs: an anchor or a tag may have a line of its own. */
const LOOKED_DEPTH_MAX = 2 * DEPTH_MAX + 1;
/** A value with its key, anchor and tag, and the signs between them. */
const TOKENS_PER_VALUE = 6;

/** What is told of nesting past `DEPTH_MAX`. */
export const TOO_DEEP = `is nested deeper than ${DEPTH_MAX} levels`;
/** What is told of more values than `VALUES_MAX`. */
export const TOO_MANY =
  `holds more than ${VALUES_MAX} values, counting each use of an alias`;
const TOO_LONG = `has more than ${LINES_MAX} lines`;

/** Why a text is not parsed at all, and the offset at which that was seen. */
export interface Refusal {
  readonly message: string;
  readonly offset: number;
}

/** Tokens that stand for no character of the text: they switch the parser's mode. */
const MODES: readonly string[] = [
  CST.DOCUMENT,
  CST.FLOW_END,
  CST.SCALAR,
];

/**
 * Looks through a text for what the parser, which is recursive and keeps a
 * large object for each sign, would spend seconds and a gigabyte on.
 *
 * Whatever is within the bounds of the tree passes: where a sign need not be a
 * level of its own, the bound here is wider. It costs a few milliseconds for a
 * large file, and stops at the first bound.
 */
export function findRefusal(text: string): Refusal | null {
  const looker = new Looker();
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (MODES.includes(token)) continue;
    const message = looker.take(CST.tokenType(token), token.length);
    if (message !== null) return { message, offset };
    offset += token.length;
  }
  return null;
}

/** Counts what a text has, without knowing what it means. */
class Looker {
  /** Brackets and braces that are open. */
  #flow = 0;
  /** Lists and keys that began in this line, as in `- - -`. */
  #inLine = 0;
  /** Columns of the lines that are open, each deeper than the one before. */
  readonly #columns: number[] = [];
  #isLineStart = true;
  #column = 0;
  #tokens = 0;
  #lines = 0;

  /** @returns which bound a token passes; null = none */
  take(type: CST.TokenType | null, length: number): string | null {
    switch (type) {
      case "byte-order-mark":
      case "comment":
        return null;
      case "space":
        this.#column += length;
        return null;
      case "newline":
        this.#isLineStart = true;
        this.#column = this.#inLine = 0;
        return ++this.#lines > LINES_MAX ? TOO_LONG : null;
    }
    if (this.#isTooDeep(type)) return TOO_DEEP;
    return ++this.#tokens > VALUES_MAX * TOKENS_PER_VALUE ? TOO_MANY : null;
  }

  #isTooDeep(type: CST.TokenType | null): boolean {
    if (this.#flow === 0 && this.#isLineStart) this.#indent();
    this.#isLineStart = false;
    if (type === "seq-item-ind" || type === "explicit-key-ind") this.#inLine++;
    if (type === "flow-seq-start" || type === "flow-map-start") this.#flow++;
    if (type === "flow-seq-end" || type === "flow-map-end") {
      this.#flow = Math.max(0, this.#flow - 1);
    }
    const deepest = Math.max(this.#flow, this.#inLine, this.#columns.length);
    return deepest > LOOKED_DEPTH_MAX;
  }

  #indent(): void {
    const columns = this.#columns;
    while (columns.length > 0 && columns.at(-1)! >= this.#column) columns.pop();
    columns.push(this.#column);
  }
}
