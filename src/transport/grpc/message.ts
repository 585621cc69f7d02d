import { GRPC_PREFIX_BYTES } from "../../request/mod.ts";
import type { Slice } from "../http2/mod.ts";
import { failure, type Outcome } from "../outcome.ts";
import { encodingFlaw, PackedMessage, unpack } from "./compression.ts";

const PLAIN = 0;
const COMPRESSED = 1;

/**
 * Counts messages in a body that comes in pieces of any size, and drops them:
 * a compressed one once it is unpacked.
 */
export class MessageCounter {
  /** Whole messages so far. */
  count = 0;
  /** The outcome, where the body cannot be read any further; null = none yet. */
  flaw: Outcome | null = null;
  /** The value of `grpc-encoding`; empty = none. */
  encoding = "";
  readonly #bytesMax: number;
  #prefixLength = 0;
  #messageLength = 0;
  /** Bytes of the current message that are still to come. */
  #missing = 0;
  /** The current message, where it is compressed. */
  #packed: PackedMessage | null = null;
  /** Bytes of all messages that were unpacked. */
  #unpacked = 0;

  /** @param bytesMax how many bytes compressed messages may come to, unpacked */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Starts over. */
  begin(): void {
    this.count = 0;
    this.flaw = null;
    this.encoding = "";
    this.#prefixLength = 0;
    this.#missing = 0;
    this.#packed = null;
    this.#unpacked = 0;
  }

  /** Whether the body may end here. */
  get isWhole(): boolean {
    return this.#prefixLength === 0;
  }

  /** Reads a piece, as far as it can be read. */
  read({ bytes, start, end }: Slice): void {
    let at = start;
    while (at < end && this.flaw === null) {
      if (this.#prefixLength < GRPC_PREFIX_BYTES) {
        this.#readPrefix(bytes[at++]!);
      } else {
        const length = Math.min(this.#missing, end - at);
        this.#packed?.add(bytes.subarray(at, at + length));
        this.#missing -= length;
        at += length;
      }
      const hasPrefix = this.#prefixLength === GRPC_PREFIX_BYTES;
      if (hasPrefix && this.#missing === 0) this.#finish();
    }
  }

  #readPrefix(byte: number): void {
    if (this.#prefixLength === 0) {
      if (byte !== PLAIN) this.#readFlag(byte);
      this.#messageLength = 0;
    } else {
      this.#messageLength = this.#messageLength * 256 + byte;
    }
    this.#prefixLength++;
    if (this.#prefixLength === GRPC_PREFIX_BYTES) {
      this.#missing = this.#messageLength;
    }
  }

  #readFlag(flag: number): void {
    this.#packed = new PackedMessage();
    this.flaw = flag === COMPRESSED
      ? encodingFlaw(this.encoding)
      : failure("protocol", `a message has the flag ${flag}, must be 0 or 1`);
  }

  #finish(): void {
    this.count++;
    this.#prefixLength = 0;
    if (this.#packed === null) return;
    const [packed, max] = [this.#packed.bytes, this.#bytesMax];
    const left = max - this.#unpacked;
    this.#packed = null;
    const message = unpack(this.encoding, packed, { left, max });
    if ("kind" in message) this.flaw = message;
    else this.#unpacked += message.length;
  }
}
