/** One field of a message as it is on the wire. */
export interface WireField {
  readonly number: number;
  /** The value, where it has a length; empty for numbers. */
  readonly bytes: Uint8Array;
  /** With its tag, as it came. */
  readonly whole: Uint8Array;
}

const NONE = new Uint8Array(0);
/** A varint has ten bytes at most. */
const VARINT_BYTES_MAX = 10;
/** Bytes of values without a length, by wire type; groups are obsolete. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a message one by one, whatever its type, so that a hostile one
 * can be examined before each of its fields becomes an object.
 *
 * @throws {Error} where the bytes are not a message
 */
export function* fieldsIn(bytes: Uint8Array): Generator<WireField> {
  for (let at = 0; at < bytes.length;) {
    const key = varintAt(bytes, at);
    const start = key.end;
    let [from, end] = [start, start];
    if (key.value % 8 === 0) {
      end = varintAt(bytes, start).end;
      from = end;
    } else if (key.value % 8 === 2) {
      const length = varintAt(bytes, start);
      from = length.end;
      end = from + length.value;
    } else {
      const size = FIXED_BYTES[key.value % 8];
      if (size === undefined) throw new Error("not a message of protobuf's");
      from = end = start + size;
    }
    if (end > bytes.length) throw new Error("a message that is cut off");
    yield {
      number: Math.floor(key.value / 8),
      bytes: from === end ? NONE : bytes.subarray(from, end),
      whole: bytes.subarray(at, end),
    };
    at = end;
  }
}

function varintAt(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < VARINT_BYTES_MAX && at + i < bytes.length; i++) {
    const byte = bytes[at + i]!;
    value += (byte % 128) * 2 ** (7 * i);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  throw new Error("a message that is cut off");
}
