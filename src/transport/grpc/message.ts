import type { Slice } from "../http2/mod.ts";

/*
 * A gRPC message on its way:
 *
 *   ┌────────────┬──────────────────┬─────────┐
 *   │ compressed │ length, 4 bytes, │ message │
 *   │ 0 or 1     │ big-endian       │         │
 *   └────────────┴──────────────────┴─────────┘
 */
const PREFIX_BYTES = 5;

/** Puts messages one behind the other, each after its prefix. */
export function frameMessages(messages: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const message of messages) length += PREFIX_BYTES + message.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at + 1, message.length);
    bytes.set(message, at + PREFIX_BYTES);
    at += PREFIX_BYTES + message.length;
  }
  return bytes;
}

/** Counts messages in a body that comes in pieces of any size, and drops them. */
export class MessageCounter {
  /** Whole messages so far. */
  count = 0;
  /** A message was compressed, which nobody had been asked to do. */
  isCompressed = false;
  #prefixLength = 0;
  #messageLength = 0;
  /** Bytes of the message at hand that are still to come. */
  #missing = 0;

  /** Starts over. */
  begin(): void {
    this.count = 0;
    this.isCompressed = false;
    this.#prefixLength = 0;
    this.#missing = 0;
  }

  /** Whether the body may end here. */
  get isWhole(): boolean {
    return this.#prefixLength === 0;
  }

  /** Reads a piece. */
  read({ bytes, start, end }: Slice): void {
    let at = start;
    while (at < end) {
      if (this.#prefixLength < PREFIX_BYTES) {
        this.#readPrefix(bytes[at++]!);
      } else {
        const length = Math.min(this.#missing, end - at);
        this.#missing -= length;
        at += length;
      }
      const hasPrefix = this.#prefixLength === PREFIX_BYTES;
      if (hasPrefix && this.#missing === 0) this.#finish();
    }
  }

  #readPrefix(byte: number): void {
    if (this.#prefixLength === 0) {
      if (byte !== 0) this.isCompressed = true;
      this.#messageLength = 0;
    } else {
      this.#messageLength = this.#messageLength * 256 + byte;
    }
    this.#prefixLength++;
    if (this.#prefixLength === PREFIX_BYTES) {
      this.#missing = this.#messageLength;
    }
  }

  #finish(): void {
    this.count++;
    this.#prefixLength = 0;
  }
}
