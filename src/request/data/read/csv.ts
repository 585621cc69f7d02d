import {
  CELLS_MAX,
  columnsComplaint,
  type DataBounds,
  type DataPosition,
  type ReadTable,
  wrongTable,
} from "./types.ts";

const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/**
 * Reads CSV (RFC 4180) with a line of names, from bytes to bytes: cells move
 * towards the front of the memory that they were read into, so a table takes no
 * more than its file. Lines end with LF or CRLF.
 *
 * @param bytes all of the file, after its byte order mark; written over
 */
export function readCsv(bytes: Uint8Array, bounds: DataBounds): ReadTable {
  const reader = new CsvReader(bytes, bounds);
  const fault = reader.read();
  if (fault !== null) return fault;
  return reader.table();
}

/** The work of reading one text; made for it and dropped after it. */
class CsvReader {
  readonly #bytes: Uint8Array;
  readonly #maxCellBytes: number;
  #ends = new Uint32Array(1024);
  #cells = 0;
  /** Where the next byte of a cell goes: never past where it comes from. */
  #to = 0;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #columns: readonly string[] = [];

  constructor(bytes: Uint8Array, { maxCellBytes }: DataBounds) {
    this.#bytes = bytes;
    this.#maxCellBytes = maxCellBytes;
  }

  /** Reads all; gives what is wrong. */
  read(): ReadTable | null {
    const bytes = this.#bytes;
    if (bytes.length === 0) return wrongTable("is empty");
    while (this.#at < bytes.length) {
      const first = this.#cells;
      const line = this.#line;
      const fault = this.#record();
      if (fault !== null) return fault;
      const count = this.#cells - first;
      if (first === 0) {
        const complaint = this.#names(count);
        if (complaint !== null) {
          return wrongTable(complaint, { line: 1, col: 1 });
        }
      } else if (count !== this.#columns.length) {
        const names = this.#columns.length;
        const message = `has ${
          cells(count)
        }, must have ${names} as the first line`;
        return wrongTable(message, { line, col: 1 });
      }
      if (this.#cells > CELLS_MAX) {
        return wrongTable(`has more than ${CELLS_MAX} cells`);
      }
    }
    return null;
  }

  table(): ReadTable {
    const columns = this.#columns;
    const rows = this.#cells / columns.length - 1;
    if (rows === 0) return wrongTable("has no row after its line of names");
    const all = this.#ends.subarray(columns.length - 1, this.#cells);
    // The names go: the first cell of all ends where the data begins.
    const start = all[0]!;
    const ends = new Uint32Array(new SharedArrayBuffer(4 * (all.length - 1)));
    for (let i = 1; i < all.length; i++) ends[i - 1] = all[i]! - start;
    const bytes = this.#bytes.subarray(start, this.#to);
    return { kind: "table", table: { columns, rows, bytes, ends } };
  }

  /** @returns what is wrong with the names */
  #names(count: number): string | null {
    let start = 0;
    this.#columns = Array.from({ length: count }, (_, i) => {
      const name = this.#bytes.slice(start, start = this.#ends[i]!);
      return new TextDecoder().decode(name);
    });
    return columnsComplaint(this.#columns);
  }

  /** Reads a line, or as many as the quotes in it make it. */
  #record(): ReadTable | null {
    for (;;) {
      const from = this.#at;
      const to = this.#to;
      const fault = this.#bytes[from] === QUOTE
        ? this.#quoted()
        : this.#plain();
      if (fault !== null) return fault;
      if (this.#to - to > this.#maxCellBytes) {
        const message = `has a cell of ${
          this.#to - to
        } bytes, must have at most ${this.#maxCellBytes} (limits.max_cell_bytes)`;
        return this.#wrong(message, from);
      }
      this.#end();
      const byte = this.#bytes[this.#at];
      this.#at++;
      if (byte === COMMA) continue;
      if (byte === RETURN) this.#at++;
      this.#line++;
      this.#lineStart = this.#at;
      return null;
    }
  }

  /** Reads up to a comma or the end of the line. */
  #plain(): ReadTable | null {
    const bytes = this.#bytes;
    let at = this.#at;
    let to = this.#to;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === COMMA || byte === LINE_FEED) break;
      if (byte === RETURN && bytes[at + 1] === LINE_FEED) break;
      if (byte === QUOTE) {
        return this.#wrong(
          'has a quote inside a cell; put the cell into quotes and write ""',
          at,
        );
      }
      bytes[to++] = byte;
    }
    this.#at = at;
    this.#to = to;
    return null;
  }

  /** Reads from a quote to the one that ends it. */
  #quoted(): ReadTable | null {
    const bytes = this.#bytes;
    const from = this.#at;
    const { line, col } = this.#position(from);
    let at = from + 1;
    let to = this.#to;
    for (;; at++) {
      if (at >= bytes.length) {
        return wrongTable("has a quote that is not closed", { line, col });
      }
      const byte = bytes[at]!;
      if (byte === LINE_FEED) {
        this.#line++;
        this.#lineStart = at + 1;
      }
      if (byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE) break;
        at++;
      }
      bytes[to++] = byte;
    }
    at++;
    const next = bytes[at];
    const isEnd = at >= bytes.length || next === COMMA || next === LINE_FEED ||
      (next === RETURN && bytes[at + 1] === LINE_FEED);
    if (!isEnd) {
      return this.#wrong(
        'has text behind a quote; write "" for one inside',
        at,
      );
    }
    this.#at = at;
    this.#to = to;
    return null;
  }

  #end(): void {
    if (this.#cells === this.#ends.length) {
      const larger = new Uint32Array(2 * this.#ends.length);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[this.#cells++] = this.#to;
  }

  #position(at: number): DataPosition {
    return { line: this.#line, col: at - this.#lineStart + 1 };
  }

  #wrong(message: string, at: number): ReadTable {
    return wrongTable(message, this.#position(at));
  }
}

function cells(count: number): string {
  return count === 1 ? "1 cell" : `${count} cells`;
}
