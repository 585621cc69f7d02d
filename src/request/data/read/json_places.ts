/** Where the values of a list of rows stand in its text, as offsets. */
export interface JsonPlaces {
  /** Where each row begins. */
  readonly rows: readonly number[];
  /** Where the value of each name of a row begins. */
  readonly cells: readonly ReadonlyMap<string, number>[];
  /** Where the text stops being JSON (RFC 8259); −1 = nowhere. */
  readonly wrongAt: number;
}

const SPACE_REGEXP = /[ \t\n\r]*/y;
const STRING_REGEXP =
  // deno-lint-ignore no-control-regex -- the grammar forbids them
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN_REGEXP =
  /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
/** Rows hold plain values, so what is deeper is wrong already. */
const DEPTH_MAX = 100;

/**
 * Finds out where the rows of a JSON text stand, for messages about them: only
 * for a text with a fault, since `JSON.parse` is faster and tells no places.
 */
export function jsonPlaces(text: string): JsonPlaces {
  const scanner = new Scanner(text);
  return { ...scanner.found, wrongAt: scanner.scan() };
}

/** The same of a single row. */
export function jsonRowPlaces(text: string): JsonPlaces {
  const { rows, cells, wrongAt } = jsonPlaces(`[${text}]`);
  // What would end the list may stand where its line has ended.
  const within = wrongAt < 0 ? wrongAt : Math.min(wrongAt - 1, text.length);
  return {
    rows: rows.map((at) => at - 1),
    cells: cells.map((row) =>
      new Map([...row].map(([name, at]) => [name, at - 1]))
    ),
    wrongAt: within,
  };
}

class NotJson {}

class Scanner {
  readonly found = {
    rows: [] as number[],
    cells: [] as Map<string, number>[],
  };
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns where it stops being JSON */
  scan(): number {
    try {
      this.#skip();
      this.#value(0);
      this.#skip();
      return this.#at === this.#text.length ? -1 : this.#at;
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      return this.#at;
    }
  }

  #value(depth: number): void {
    if (depth > DEPTH_MAX) throw new NotJson();
    if (this.#take("[")) this.#list(depth);
    else if (this.#take("{")) this.#mapping(depth);
    else if (!this.#match(STRING_REGEXP) && !this.#match(PLAIN_REGEXP)) {
      throw new NotJson();
    }
  }

  #list(depth: number): void {
    this.#skip();
    if (this.#take("]")) return;
    do {
      this.#skip();
      if (depth === 0) {
        this.found.rows.push(this.#at);
        this.found.cells.push(new Map());
      }
      this.#value(depth + 1);
      this.#skip();
    } while (this.#take(","));
    if (!this.#take("]")) throw new NotJson();
  }

  #mapping(depth: number): void {
    this.#skip();
    if (this.#take("}")) return;
    do {
      this.#skip();
      const from = this.#at;
      if (!this.#match(STRING_REGEXP)) throw new NotJson();
      const name: string = JSON.parse(this.#text.slice(from, this.#at));
      this.#skip();
      if (!this.#take(":")) throw new NotJson();
      this.#skip();
      if (depth === 1) this.found.cells.at(-1)?.set(name, this.#at);
      this.#value(depth + 1);
      this.#skip();
    } while (this.#take(","));
    if (!this.#take("}")) throw new NotJson();
  }

  #skip(): void {
    this.#match(SPACE_REGEXP);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(regexp: RegExp): boolean {
    regexp.lastIndex = this.#at;
    if (!regexp.test(this.#text)) return false;
    this.#at = regexp.lastIndex;
    return true;
  }
}
