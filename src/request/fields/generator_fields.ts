import { absorb, finish } from "../../base/mod.ts";
import { countedOf, ENCODERS, type Encoding, GROWTH } from "../data/mod.ts";
import type { Draws } from "../draws.ts";
import {
  hexWriter,
  ISO_BYTES,
  WHOLE_BYTES,
  writeIso,
  writeWhole,
} from "./numbers.ts";
import type { Expression, Field } from "./types.ts";

const DASH = 0x2d;
const UUID_BYTES = 36;
const ID_BYTES = 15;
const WORD_DIGITS = 8;

const hex1 = hexWriter(1);
const hex2 = hexWriter(2);
const hex4 = hexWriter(4);
const hex8 = hexWriter(8);

/** What a generator's field needs. */
export interface GeneratorOptions {
  readonly encoding: Encoding;
  /** Of its draws. */
  readonly stream: number;
}

/** The field of a generator. */
export function generatorField(
  expression: Exclude<Expression, { kind: "cell" | "variable" }>,
  { encoding, stream }: GeneratorOptions,
): Field {
  switch (expression.kind) {
    case "int":
      return int(expression, stream);
    case "pick":
      return pick(expression.values, { encoding, stream });
    case "hex":
      return hex(expression.digits, stream);
    case "uuid":
      return uuid(stream);
    case "id":
      return { most: ID_BYTES, write: writeId };
    case "seq":
      return whole(({ rank }) => countedOf(rank));
    case "now":
      return instant(
        expression.isIso,
        encoding,
        ({ intendedMs }) => intendedMs,
      );
    case "clock":
      return instant(expression.isIso, encoding, (draws) => draws.realMs());
  }
}

function int(
  { from, to }: { readonly from: number; readonly to: number },
  stream: number,
): Field {
  const count = to - from + 1;
  return whole((draws) => from + Math.floor(draws.unit(stream) * count));
}

function whole(valueOf: (draws: Draws) => number): Field {
  return {
    most: WHOLE_BYTES,
    write: (to, at, draws) => writeWhole(to, at, valueOf(draws)),
  };
}

function pick(
  values: readonly string[],
  { encoding, stream }: GeneratorOptions,
): Field {
  const texts = values.map((value) => encoded(value, encoding));
  return {
    most: Math.max(...texts.map(({ length }) => length)),
    write(to, at, draws) {
      const text = texts[Math.floor(draws.unit(stream) * texts.length)]!;
      for (let i = 0; i < text.length; i++) to[at++] = text[i]!;
      return at;
    },
  };
}

function encoded(text: string, encoding: Encoding): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const room = new Uint8Array(bytes.length * GROWTH[encoding]);
  const span = { bytes, start: 0, end: bytes.length };
  return room.slice(0, ENCODERS[encoding](span, room, 0));
}

function hex(digits: number, stream: number): Field {
  const streams = wordsOf(stream, Math.ceil(digits / WORD_DIGITS));
  const last = hexWriter(digits - WORD_DIGITS * (streams.length - 1));
  return {
    most: digits,
    write(to, at, draws) {
      for (let i = 0; i < streams.length - 1; i++) {
        at = hex8(to, at, draws.word(streams[i]!));
      }
      return last(to, at, draws.word(streams.at(-1)!));
    },
  };
}

/** Streams for several words of one field. */
function wordsOf(stream: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => finish(absorb(stream, i)));
}

/** RFC 9562, version 4: 122 drawn bits. */
function uuid(stream: number): Field {
  const [a = 0, b = 0, c = 0, d = 0] = wordsOf(stream, 4);
  return {
    most: UUID_BYTES,
    write(to, at, draws) {
      at = hex8(to, at, draws.word(a));
      const second = draws.word(b);
      to[at++] = DASH;
      at = hex4(to, at, second >>> 16);
      to[at++] = DASH;
      at = hex4(to, at, (second & 0xfff) | 0x4000);
      const third = draws.word(c);
      to[at++] = DASH;
      at = hex4(to, at, (third >>> 16 & 0x3fff) | 0x8000);
      to[at++] = DASH;
      at = hex4(to, at, third);
      return hex8(to, at, draws.word(d));
    },
  };
}

/** Slot (nine digits), lane (two) and index (four): no other arrival of the plan has the same. */
function writeId(to: Uint8Array, at: number, draws: Draws): number {
  const { slot, lane, index } = draws;
  at = hex1(to, at, Math.floor(slot / 2 ** 32));
  at = hex8(to, at, slot);
  at = hex2(to, at, lane);
  return hex4(to, at, index);
}

function instant(
  isIso: boolean,
  encoding: Encoding,
  msOf: (draws: Draws) => number,
): Field {
  if (!isIso) return whole(msOf);
  if (encoding !== "percent") {
    return {
      most: ISO_BYTES,
      write: (to, at, draws) => writeIso(to, at, msOf(draws)),
    };
  }
  // Colons are percent-encoded, as all that is not unreserved.
  const plain = new Uint8Array(ISO_BYTES);
  return {
    most: ISO_BYTES * GROWTH.percent,
    write(to, at, draws) {
      writeIso(plain, 0, msOf(draws));
      const span = { bytes: plain, start: 0, end: ISO_BYTES };
      return ENCODERS.percent(span, to, at);
    },
  };
}
