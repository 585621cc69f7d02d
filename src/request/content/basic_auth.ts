import type { Draws } from "../draws.ts";
import {
  fixedBytes,
  literal,
  literalBytes,
  sequence,
  type Text,
} from "../fields/mod.ts";
import { makeText, type Making } from "./making.ts";
import type { BasicAuth } from "./types.ts";

const DIGITS = Uint8Array.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  (char) => char.charCodeAt(0),
);
const PAD = 0x3d;

/** The value of `authorization` by HTTP's Basic scheme (RFC 7617), in UTF-8. */
export function basicAuth({ user, password }: BasicAuth, making: Making): Text {
  const part = (text: string, name: string) =>
    makeText(text, { place: "body", where: `basic_auth ${name}` }, making);
  const inner = sequence([
    part(user, "user"),
    literal(":"),
    part(password, "password"),
  ]);
  const plain = fixedBytes(inner);
  const text = new Base64(inner);
  if (plain === null) return sequence([literal("Basic "), text]);
  const room = new Uint8Array(text.most);
  const end = encode(plain, room, 0);
  return sequence([literal("Basic "), literalBytes(room.subarray(0, end))]);
}

/** A text as base64 with padding (RFC 4648, 4). */
class Base64 implements Text {
  readonly most: number;
  readonly #inner: Text;
  readonly #plain: Uint8Array;

  constructor(inner: Text) {
    this.#inner = inner;
    this.#plain = new Uint8Array(inner.most);
    this.most = 4 * Math.ceil(inner.most / 3);
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const length = this.#inner.write(this.#plain, 0, draws);
    return encode(this.#plain.subarray(0, length), to, at);
  }
}

function encode(plain: Uint8Array, to: Uint8Array, at: number): number {
  for (let i = 0; i < plain.length; i += 3) {
    const left = plain.length - i;
    const word = plain[i]! << 16 | (left > 1 ? plain[i + 1]! << 8 : 0) |
      (left > 2 ? plain[i + 2]! : 0);
    to[at] = DIGITS[word >> 18]!;
    to[at + 1] = DIGITS[word >> 12 & 63]!;
    to[at + 2] = left > 1 ? DIGITS[word >> 6 & 63]! : PAD;
    to[at + 3] = left > 2 ? DIGITS[word & 63]! : PAD;
    at += 4;
  }
  return at;
}
