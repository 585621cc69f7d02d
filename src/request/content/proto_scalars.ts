import type { Draws } from "../draws.ts";
import type { Text } from "../fields/mod.ts";

/** Protobuf's scalars, and enums. */
export type ProtoScalar =
  | "string"
  | "bytes"
  | "bool"
  | "float"
  | "double"
  | "enum"
  | WholeScalar;

type WholeScalar =
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64";

type Range = readonly [least: bigint, most: bigint];

const SIGNED_32: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const UNSIGNED_32: Range = [0n, 2n ** 32n - 1n];
const SIGNED_64: Range = [-(2n ** 63n), 2n ** 63n - 1n];
const UNSIGNED_64: Range = [0n, 2n ** 64n - 1n];

const RANGES: Readonly<Record<WholeScalar, Range>> = {
  int32: SIGNED_32,
  sint32: SIGNED_32,
  sfixed32: SIGNED_32,
  uint32: UNSIGNED_32,
  fixed32: UNSIGNED_32,
  int64: SIGNED_64,
  sint64: SIGNED_64,
  sfixed64: SIGNED_64,
  uint64: UNSIGNED_64,
  fixed64: UNSIGNED_64,
};

const WHOLE_REGEXP = /^-?\d{1,20}$/;
const NUMBER_REGEXP = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const BASE64_REGEXP = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a text is a value of a type. */
export function fitsScalar(
  scalar: ProtoScalar,
  text: string,
  values: Readonly<Record<string, number>>,
): boolean {
  switch (scalar) {
    case "string":
      return true;
    case "bytes":
      return BASE64_REGEXP.test(text) && text.length % 4 === 0;
    case "bool":
      return text === "true" || text === "false";
    case "float":
    case "double":
      return NUMBER_REGEXP.test(text);
    case "enum":
      return Object.hasOwn(values, text);
    default: {
      if (!WHOLE_REGEXP.test(text)) return false;
      const [least, most] = RANGES[scalar];
      const value = BigInt(text);
      return value >= least && value <= most;
    }
  }
}

/** Writes what a text says as a type has it. */
export function scalarText(
  scalar: Exclude<ProtoScalar, "string">,
  inner: Text,
  values: Readonly<Record<string, number>>,
): Text {
  switch (scalar) {
    case "bytes":
      return new Bytes(inner);
    case "float":
    case "double":
      return new Float(inner, scalar === "float" ? 4 : 8);
    case "bool":
      return new Word(inner, { true: 1, false: 0 });
    case "enum":
      return new Word(inner, values);
    case "fixed32":
    case "sfixed32":
    case "fixed64":
    case "sfixed64":
      return new Fixed(inner, scalar.endsWith("32") ? 4 : 8);
    default:
      return new Varint(inner, scalar.startsWith("s"));
  }
}

/** A text on its way to become something else. */
class Plain {
  readonly #inner: Text;
  readonly bytes: Uint8Array;
  length = 0;

  constructor(inner: Text) {
    this.#inner = inner;
    this.bytes = new Uint8Array(inner.most);
  }

  write(draws: Draws): void {
    this.length = this.#inner.write(this.bytes, 0, draws);
  }

  text(): string {
    return String.fromCharCode(...this.bytes.subarray(0, this.length));
  }
}

const VARINT_BYTES = 10;
const MINUS = 0x2d;
const ZERO = 0x30;
/** More digits may be past what a number holds exactly. */
const EXACT_DIGITS = 15;
const MORE = 0x80;

class Varint implements Text {
  readonly most = VARINT_BYTES;
  readonly #plain: Plain;
  readonly #isZigZag: boolean;

  constructor(inner: Text, isZigZag: boolean) {
    this.#plain = new Plain(inner);
    this.#isZigZag = isZigZag;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const plain = this.#plain;
    plain.write(draws);
    const { bytes, length } = plain;
    const isNegative = bytes[0] === MINUS;
    if (length > EXACT_DIGITS || (isNegative && !this.#isZigZag)) {
      return this.#wide(to, at);
    }
    let value = 0;
    for (let i = isNegative ? 1 : 0; i < length; i++) {
      value = 10 * value + bytes[i]! - ZERO;
    }
    if (this.#isZigZag) {
      value = isNegative && value > 0 ? 2 * value - 1 : 2 * value;
    }
    for (; value >= MORE; value = Math.floor(value / MORE)) {
      to[at++] = value % MORE | MORE;
    }
    to[at++] = value;
    return at;
  }

  /** What needs all of 64 bits. */
  #wide(to: Uint8Array, at: number): number {
    const value = bigOf(this.#plain);
    const zigzag = value < 0n ? -2n * value - 1n : 2n * value;
    let rest = BigInt.asUintN(64, this.#isZigZag ? zigzag : value);
    for (; rest >= 128n; rest >>= 7n) to[at++] = Number(rest & 127n) | MORE;
    to[at++] = Number(rest);
    return at;
  }
}

/** A whole number; 0 where a captured value is none. */
function bigOf(plain: Plain): bigint {
  const text = plain.text();
  return WHOLE_REGEXP.test(text) ? BigInt(text) : 0n;
}

class Fixed implements Text {
  readonly most: number;
  readonly #plain: Plain;

  constructor(inner: Text, bytes: 4 | 8) {
    this.#plain = new Plain(inner);
    this.most = bytes;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    this.#plain.write(draws);
    let rest = BigInt.asUintN(8 * this.most, bigOf(this.#plain));
    for (let i = 0; i < this.most; i++, rest >>= 8n) {
      to[at + i] = Number(rest & 255n);
    }
    return at + this.most;
  }
}

class Float implements Text {
  readonly most: number;
  readonly #plain: Plain;
  readonly #view: DataView;

  constructor(inner: Text, bytes: 4 | 8) {
    this.#plain = new Plain(inner);
    this.most = bytes;
    this.#view = new DataView(new ArrayBuffer(bytes));
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    this.#plain.write(draws);
    const value = Number(this.#plain.text());
    if (this.most === 4) this.#view.setFloat32(0, value, true);
    else this.#view.setFloat64(0, value, true);
    for (let i = 0; i < this.most; i++) to[at + i] = this.#view.getUint8(i);
    return at + this.most;
  }
}

/** A name that stands for a number. */
class Word implements Text {
  readonly most = VARINT_BYTES;
  readonly #plain: Plain;
  readonly #values: ReadonlyMap<string, Uint8Array>;

  constructor(inner: Text, values: Readonly<Record<string, number>>) {
    this.#plain = new Plain(inner);
    this.#values = new Map(
      Object.entries(values).map(([name, value]) => [name, varintOf(value)]),
    );
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    this.#plain.write(draws);
    const bytes = this.#values.get(this.#plain.text()) ?? NOTHING;
    to.set(bytes, at);
    return at + bytes.length;
  }
}

const NOTHING = Uint8Array.of(0);

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | MORE);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** Bytes that a text has in base64. */
class Bytes implements Text {
  readonly most: number;
  readonly #plain: Plain;

  constructor(inner: Text) {
    this.#plain = new Plain(inner);
    this.most = inner.most + 5;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    this.#plain.write(draws);
    const text = this.#plain.text();
    const isRight = BASE64_REGEXP.test(text) && text.length % 4 === 0;
    const binary = isRight ? atob(text) : "";
    const head = varintOf(binary.length);
    to.set(head, at);
    at += head.length;
    for (let i = 0; i < binary.length; i++) to[at++] = binary.charCodeAt(i);
    return at;
  }
}
