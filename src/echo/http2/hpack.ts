/*
 * Header compression: RFC 7541. Reading knows all of it, because a client may
 * use the dynamic table before it has seen any setting of ours; writing uses
 * literals only, which need no state.
 */
import { ERROR, Http2Error } from "./frames.ts";
import { decodeHuffman } from "./huffman.ts";

/** Name and value of one header field; names are in lower case. */
export type DecodedField = readonly [name: string, value: string];

/** Bytes of one decoded header list, each field with 32 more, as section 4.1 counts. */
export const MAX_HEADER_LIST_SIZE = 65_536;
/** Bytes of the dynamic table: the protocol's default. */
const TABLE_SIZE = 4096;

const FIELD_OVERHEAD = 32;
const MAX_INTEGER = 2 ** 28;

/** The static table, appendix A; an index of 1 is the first. */
const STATIC: readonly DecodedField[] = `
:authority|
:method|GET
:method|POST
:path|/
:path|/index.html
:scheme|http
:scheme|https
:status|200
:status|204
:status|206
:status|304
:status|400
:status|404
:status|500
accept-charset|
accept-encoding|gzip, deflate
accept-language|
accept-ranges|
accept|
access-control-allow-origin|
age|
allow|
authorization|
cache-control|
content-disposition|
content-encoding|
content-language|
content-length|
content-location|
content-range|
content-type|
cookie|
date|
etag|
expect|
expires|
from|
host|
if-match|
if-modified-since|
if-none-match|
if-range|
if-unmodified-since|
last-modified|
link|
location|
max-forwards|
proxy-authenticate|
proxy-authorization|
range|
referer|
refresh|
retry-after|
server|
set-cookie|
strict-transport-security|
transfer-encoding|
user-agent|
vary|
via|
www-authenticate|`.trim().split("\n").map((line) => {
  const [name = "", value = ""] = line.split("|");
  return [name, value];
});

/** Decodes the header blocks of one connection, in the order in which they came. */
export class HeaderDecoder {
  /** Newest first. */
  readonly #table: DecodedField[] = [];
  #size = 0;
  #sizeMax = TABLE_SIZE;

  /**
   * Decodes one whole header block.
   *
   * @throws Http2Error `compression` when it cannot be decoded: then the state
   *   of the table is lost, and the connection with it
   */
  decode(block: Uint8Array): DecodedField[] {
    const input = new Input(block);
    const fields: DecodedField[] = [];
    let listSize = 0;
    while (!input.done) {
      const field = this.#next(input);
      if (field === undefined) continue;
      listSize += sizeOf(field);
      if (listSize > MAX_HEADER_LIST_SIZE) fail("The header list is too long");
      fields.push(field);
    }
    return fields;
  }

  #next(input: Input): DecodedField | undefined {
    const first = input.peek();
    if (first & 0x80) return this.#at(input.integer(7));
    if (first & 0x40) return this.#add(this.#literal(input, 6));
    if (first & 0x20) return this.#resize(input.integer(5));
    return this.#literal(input, 4);
  }

  #literal(input: Input, prefixBits: number): DecodedField {
    const index = input.integer(prefixBits);
    const name = index === 0 ? input.string() : this.#at(index)[0];
    return [name, input.string()];
  }

  #at(index: number): DecodedField {
    const field = index <= STATIC.length
      ? STATIC[index - 1]
      : this.#table[index - STATIC.length - 1];
    return field ?? fail(`There is no header at index ${index}`);
  }

  #add(field: DecodedField): DecodedField {
    this.#table.unshift(field);
    this.#size += sizeOf(field);
    this.#evict();
    return field;
  }

  #resize(size: number): undefined {
    if (size > TABLE_SIZE) fail(`A table of ${size} bytes`);
    this.#sizeMax = size;
    this.#evict();
  }

  #evict(): void {
    while (this.#size > this.#sizeMax) {
      this.#size -= sizeOf(this.#table.pop()!);
    }
  }
}

/** Reads the primitive types of section 5. */
class Input {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  peek(): number {
    return this.#bytes[this.#at] ?? fail("The header block ends too early");
  }

  /** An integer whose first byte has `prefixBits` bits left for it. */
  integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0;; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (value > MAX_INTEGER) fail("An integer is too large");
      if (!(byte & 0x80)) return value;
    }
  }

  string(): string {
    const isHuffman = (this.peek() & 0x80) !== 0;
    const end = this.integer(7) + this.#at;
    if (end > this.#bytes.length) fail("A string ends too early");
    const coded = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    const bytes = isHuffman ? decodeHuffman(coded) : coded;
    return latin1(bytes ?? fail("A Huffman code is wrong"));
  }

  #byte(): number {
    const byte = this.peek();
    this.#at++;
    return byte;
  }
}

/** Encodes a header list: status 200 from the static table, all else as literals. */
export function encodeHeaders(fields: Iterable<DecodedField>): Uint8Array {
  const bytes: number[] = [];
  for (const [name, value] of fields) {
    if (name === ":status" && value === "200") {
      bytes.push(0x88);
      continue;
    }
    bytes.push(0x00);
    pushString(bytes, name);
    pushString(bytes, value);
  }
  return Uint8Array.from(bytes);
}

function pushString(bytes: number[], text: string): void {
  pushInteger(bytes, text.length, 7);
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i) & 0xff);
}

function pushInteger(bytes: number[], value: number, prefixBits: number): void {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    bytes.push(value);
    return;
  }
  bytes.push(mask);
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
}

function latin1(bytes: Iterable<number>): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function sizeOf([name, value]: DecodedField): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

function fail(message: string): never {
  throw new Http2Error(ERROR.compression, message);
}
