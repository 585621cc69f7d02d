import { ENTRY_OVERHEAD_BYTES } from "./dynamic_table.ts";
import { huffmanEncode, huffmanLength } from "./huffman.ts";
import { indexOfField, indexOfName } from "./static_table.ts";

/** A field of a header block; names in lower case. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
  /** Asks every hop to keep the value out of its tables (RFC 7541, 7.1.3). */
  readonly secret: boolean;
}

/** Fields whose values are always secrets. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);

/*
 * First bytes of the representations in use (RFC 7541, section 6). A literal
 * with indexing (0x40) is not used: kar's blocks never change, so a table at
 * the peer would only cost memory there.
 */
const INDEXED = 0x80;
const LITERAL = 0x00;
const NEVER_INDEXED = 0x10;
const HUFFMAN = 0x80;

/** A dynamic table size update to 0 (RFC 7541, 6.3): the only one that kar ever sends. */
export const TABLE_SIZE_ZERO = 0x20;

const encoder = new TextEncoder();

/** Encodes a header block, with the static table alone. */
export function encodeFields(fields: readonly HeaderField[]): Uint8Array {
  const pieces = fields.flatMap(piecesOf);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const block = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    block.set(piece, at);
    at += piece.length;
  }
  return block;
}

/** A field of a header block up to its value, for one whose value is written each time. */
export function encodeName({ name, secret }: HeaderField): Uint8Array {
  const isSecret = secret || SECRET_NAMES.has(name);
  const first = isSecret ? NEVER_INDEXED : LITERAL;
  const index = indexOfName(name);
  const pieces = [
    integer(index, { first, bits: 4 }),
    ...(index === 0 ? text(name) : []),
  ];
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The size of a header list before it is encoded, as RFC 9113, 6.5.2, counts it. */
export function listBytesOf(fields: readonly HeaderField[]): number {
  return fields.reduce(
    (sum, { name, value }) =>
      sum + encoder.encode(name).length + encoder.encode(value).length +
      ENTRY_OVERHEAD_BYTES,
    0,
  );
}

function piecesOf({ name, value, secret }: HeaderField): Bytes[] {
  const isSecret = secret || SECRET_NAMES.has(name);
  const whole = isSecret ? 0 : indexOfField(name, value);
  if (whole > 0) return [integer(whole, { first: INDEXED, bits: 7 })];
  const first = isSecret ? NEVER_INDEXED : LITERAL;
  const index = indexOfName(name);
  return [
    integer(index, { first, bits: 4 }),
    ...(index === 0 ? text(name) : []),
    ...text(value),
  ];
}

/** Bytes, or the list of them. */
type Bytes = Uint8Array | readonly number[];

function text(chars: string): Bytes[] {
  const plain = encoder.encode(chars);
  const isShorter = huffmanLength(plain) < plain.length;
  const bytes = isShorter ? huffmanEncode(plain) : plain;
  const first = isShorter ? HUFFMAN : 0;
  return [integer(bytes.length, { first, bits: 7 }), bytes];
}

function integer(
  value: number,
  prefix: { readonly first: number; readonly bits: number },
): readonly number[] {
  const out: number[] = [];
  putInteger(out, value, prefix);
  return out;
}

/** The integer of RFC 7541, 5.1, in the low `bits` of a first byte and as many bytes more as it needs. */
export function putInteger(
  out: number[],
  value: number,
  prefix: { readonly first: number; readonly bits: number },
): void {
  const most = (1 << prefix.bits) - 1;
  if (value < most) {
    out.push(prefix.first | value);
    return;
  }
  out.push(prefix.first | most);
  let rest = value - most;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    out.push(rest % 0x80 | 0x80);
  }
  out.push(rest);
}
