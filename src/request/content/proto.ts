import { cellAt, cellsOf } from "../data/mod.ts";
import type { Draws } from "../draws.ts";
import {
  compileText,
  type Expression,
  literalBytes,
  sequence,
  type TemplatePiece,
  type Text,
} from "../fields/mod.ts";
import { type Making, piecesOf } from "./making.ts";
import { fitsScalar, type ProtoScalar, scalarText } from "./proto_scalars.ts";

export type { ProtoScalar } from "./proto_scalars.ts";

/**
 * A step of writing a message whose types are not needed any more: plain data,
 * compiled in the main thread, fit for a structured clone.
 */
export type ProtoOp =
  /** All that is fixed, encoded already. */
  | { readonly op: "bytes"; readonly bytes: Uint8Array }
  /** A text with fields, written as its type has it. */
  | {
    readonly op: "scalar";
    readonly scalar: ProtoScalar;
    readonly text: string;
    /** Where it stands in the message. */
    readonly path: string;
    /** Numbers of an enum's names. */
    readonly values?: Readonly<Record<string, number>>;
  }
  /** A field of which nothing is written where its value is the default. */
  | { readonly op: "implicit"; readonly ops: readonly ProtoOp[] }
  /** What follows its own length: a message, or a packed list. */
  | { readonly op: "nested"; readonly ops: readonly ProtoOp[] };

/** All of one message. */
export type ProtoProgram = readonly ProtoOp[];

/** The body of a call whose messages have fields, each message after its prefix. */
export function protoBody(
  programs: readonly ProtoProgram[],
  making: Making,
): Text {
  return sequence(
    programs.map((program, i) =>
      new PrefixedMessage(textOf(program, { i, making }))
    ),
  );
}

interface Around {
  /** Which message of the call it is. */
  readonly i: number;
  readonly making: Making;
}

function textOf(ops: readonly ProtoOp[], around: Around): Text {
  return sequence(ops.map((op) => {
    switch (op.op) {
      case "bytes":
        return literalBytes(op.bytes);
      case "nested":
        return new LengthPrefixed(textOf(op.ops, around));
      case "implicit": {
        const [head, value] = op.ops;
        return new Implicit(textOf([head!], around), textOf([value!], around));
      }
      case "scalar":
        return scalarOp(op, around);
    }
  }));
}

type ScalarOp = Extract<ProtoOp, { op: "scalar" }>;

function scalarOp(op: ScalarOp, { i, making }: Around): Text {
  const { scalar, text, path } = op;
  const where = `grpc.message${i > 0 ? `.${i}` : ""}.${path}`;
  const pieces = piecesOf(text, where, making);
  const { compile, step } = making;
  const inner = compileText(
    pieces,
    { place: "grpc", names: [step, where] },
    compile,
  );
  if (scalar === "string") return new LengthPrefixed(inner);
  checkPieces(op, pieces, { where, making });
  return scalarText(scalar, inner, op.values ?? {});
}

/** Whether every value that a text may have is one of its type. */
function checkPieces(
  { scalar, values = {} }: ScalarOp,
  pieces: readonly TemplatePiece[],
  { where, making }: { readonly where: string; readonly making: Making },
): void {
  const [piece, ...more] = pieces;
  if (more.length > 0 || piece?.kind !== "field") {
    making.wrong(where, `must be one field and nothing else: it is ${scalar}`);
    return;
  }
  for (const sample of samplesOf(piece.expression, making)) {
    if (fitsScalar(scalar, sample, values)) continue;
    making.wrong(
      where,
      `{{${piece.written}}} may be ${
        JSON.stringify(sample)
      }, which is no ${scalar}`,
    );
  }
}

/** Values that show whether all that an expression may be fit. */
function* samplesOf(
  expression: Expression,
  { compile: { data } }: Making,
): Generator<string> {
  switch (expression.kind) {
    case "cell": {
      const set = data.get(expression.data)!;
      const cells = cellsOf(set, expression.column, "raw");
      for (let row = 0; row < set.table.rows; row++) {
        const { bytes, start, end } = cellAt(cells, row);
        yield new TextDecoder().decode(bytes.slice(start, end));
      }
      return;
    }
    case "int":
      yield* [String(expression.from), String(expression.to)];
      return;
    case "pick":
      yield* expression.values;
      return;
    case "seq":
      yield "4294967295";
      return;
    case "now":
    case "clock":
      yield expression.isIso ? "2026-09-01T08:00:00.000Z" : "1788249600000";
      return;
    case "variable":
      return;
    default:
      yield "a1";
  }
}

const MORE = 0x80;

/**
 * What follows its own length, a varint. Nearly all are shorter than 128
 * bytes: room for one byte is left, and a longer text is moved on.
 */
class LengthPrefixed implements Text {
  readonly most: number;
  readonly #inner: Text;

  constructor(inner: Text) {
    this.#inner = inner;
    this.most = inner.most + 5;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const end = this.#inner.write(to, at + 1, draws);
    let length = end - at - 1;
    if (length < MORE) {
      to[at] = length;
      return end;
    }
    const bytes = length < 2 ** 14
      ? 2
      : length < 2 ** 21
      ? 3
      : length < 2 ** 28
      ? 4
      : 5;
    to.copyWithin(at + bytes, at + 1, end);
    for (; length >= MORE; length = Math.floor(length / MORE)) {
      to[at++] = length % MORE | MORE;
    }
    to[at] = length;
    return end + bytes - 1;
  }
}

/** A field with its tag, unless its value is zero, empty or false. */
class Implicit implements Text {
  readonly most: number;
  readonly #head: Text;
  readonly #value: Text;

  constructor(head: Text, value: Text) {
    this.#head = head;
    this.#value = value;
    this.most = head.most + value.most;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const start = this.#head.write(to, at, draws);
    const end = this.#value.write(to, start, draws);
    for (let i = start; i < end; i++) if (to[i] !== 0) return end;
    return at;
  }
}

const PREFIX_BYTES = 5;

/** A message after gRPC's prefix: not compressed, and four bytes of length. */
class PrefixedMessage implements Text {
  readonly most: number;
  readonly #inner: Text;

  constructor(inner: Text) {
    this.#inner = inner;
    this.most = inner.most + PREFIX_BYTES;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const end = this.#inner.write(to, at + PREFIX_BYTES, draws);
    const length = end - at - PREFIX_BYTES;
    to[at] = 0;
    to[at + 1] = length >>> 24;
    to[at + 2] = length >>> 16;
    to[at + 3] = length >>> 8;
    to[at + 4] = length;
    return end;
  }
}
