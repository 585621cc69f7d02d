import {
  type Cells,
  cellsOf,
  type DataSet,
  ENCODERS,
  type Encoding,
  GROWTH,
  openRows,
  type Rows,
} from "../data/mod.ts";
import { type ArrivalDraws, type Draws, streamOf } from "../draws.ts";
import { generatorField } from "./generator_fields.ts";
import { literal, sequence } from "./text.ts";
import {
  type CellUse,
  type Expression,
  type Field,
  type FieldPlace,
  type TemplatePiece,
  type Text,
  type VariableUse,
} from "./types.ts";

/** What compiling needs to know of the surroundings of a template. */
export interface Compile {
  readonly data: ReadonlyMap<string, DataSet>;
  /** The number that each captured variable has in `Vars`. */
  readonly variables: ReadonlyMap<string, number>;
  /** Bytes at which captured values are cut. */
  readonly captureBytes: number;
  /** Bytes that a request with fields may have. */
  readonly maxRequestBytes: number;
  /** The draws of whatever arrival is being written. */
  readonly draws: ArrivalDraws;
  /** Replaces each `${NAME}` of a literal. */
  readonly expand: (text: string) => string;
  /** One for each data set of a request, so that its row is found once. */
  readonly rows: Map<string, Rows>;
  /** Where each captured value is used; compiling adds to it. */
  readonly uses: VariableUse[];
  /** Where each column of data is used; compiling adds to it. */
  readonly cells: CellUse[];
}

/** Where a template stands. */
export interface Where {
  readonly place: FieldPlace;
  /** Names its draws: the step (or target), and where in its request it stands. */
  readonly names: readonly string[];
  /** Escapes literals for the place; absent = they stand as they are. */
  readonly escape?: (text: string) => string;
  /** What no captured value may hold; absent = anything. */
  readonly forbidden?: Uint8Array;
}

/** How a value is written in each place. */
const ENCODINGS: Readonly<Record<FieldPlace, Encoding>> = {
  path: "percent",
  query: "percent",
  header: "trimmed",
  json: "json",
  form: "percent",
  body: "raw",
  grpc: "raw",
};

/** Compiles a template: its literals once, its fields for each arrival. */
export function compileText(
  pieces: readonly TemplatePiece[],
  where: Where,
  compile: Compile,
): Text {
  const seen = new Map<string, number>();
  const parts = pieces.map((piece): Text => {
    if (piece.kind === "literal") {
      const text = compile.expand(piece.text);
      return literal(where.escape?.(text) ?? text);
    }
    // By what is written and not by position: a field that is added changes
    // the draws of no other.
    const before = seen.get(piece.written) ?? 0;
    seen.set(piece.written, before + 1);
    const stream = streamOf(...where.names, piece.written, before);
    return fieldOf(piece.expression, { ...compile, where, stream });
  });
  return sequence(parts);
}

interface FieldOptions extends Compile {
  readonly where: Where;
  readonly stream: number;
}

function fieldOf(expression: Expression, options: FieldOptions): Field {
  const { where, data, rows, variables, captureBytes } = options;
  const { place } = where;
  const encoding = ENCODINGS[place];
  switch (expression.kind) {
    case "cell": {
      const set = data.get(expression.data)!;
      const { column } = expression;
      const ofSet = rowsOf(set, rows);
      options.cells.push({
        data: expression.data,
        column,
        where: where.names.at(-1) ?? "",
        text: new CellField(cellsOf(set, column, "raw"), ofSet),
      });
      return new CellField(cellsOf(set, column, encoding), ofSet);
    }
    case "variable": {
      const { name } = expression;
      const number = variables.get(name)!;
      const forbidden = where.forbidden ?? null;
      options.uses.push({ name, number, place, forbidden });
      return new VariableField(number, {
        encoding,
        most: captureBytes * GROWTH[encoding],
      });
    }
    default:
      return generatorField(expression, { encoding, stream: options.stream });
  }
}

/** The rows of a data set in one request. */
function rowsOf(set: DataSet, rows: Map<string, Rows>): Rows {
  let found = rows.get(set.name);
  if (found === undefined) {
    found = openRows(set, streamOf("data", set.name));
    rows.set(set.name, found);
  }
  return found;
}

/** Longer cells are copied by the system. */
const LOOP_BYTES = 32;

class CellField implements Field {
  readonly most: number;
  readonly #cells: Cells;
  readonly #rows: Rows;

  constructor(cells: Cells, rows: Rows) {
    this.most = cells.most;
    this.#cells = cells;
    this.#rows = rows;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const { bytes, ends, stride, first } = this.#cells;
    const i = this.#rows.row(draws) * stride + first;
    let from = i === 0 ? 0 : ends[i - 1]!;
    const end = ends[i]!;
    if (end - from <= LOOP_BYTES) {
      while (from < end) to[at++] = bytes[from++]!;
      return at;
    }
    to.set(bytes.subarray(from, end), at);
    return at + end - from;
  }
}

/** A captured value: what a server has said, escaped wherever it stands. */
class VariableField implements Field {
  readonly most: number;
  readonly #number: number;
  readonly #encoding: Encoding;

  constructor(
    number: number,
    { encoding, most }: { readonly encoding: Encoding; readonly most: number },
  ) {
    this.#number = number;
    this.#encoding = encoding;
    this.most = most;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const bytes = draws.vars?.[this.#number] ?? null;
    if (bytes === null) return at;
    const span = { bytes, start: 0, end: bytes.length };
    return ENCODERS[this.#encoding](span, to, at);
  }
}
