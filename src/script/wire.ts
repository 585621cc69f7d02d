import { deserialize, serialize } from "node:v8";
import { concat } from "../base/mod.ts";

/*
 * Messages on a pipe: each batch is its length in four bytes and then a list
 * as V8 serialises it.
 */

const LENGTH_BYTES = 4;
/** Bytes of one batch at most; a longer one is none of kar's. */
const BATCH_BYTES_MAX = 64 * 2 ** 20;

/** Messages as bytes. */
export function batchOf(messages: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const body = serialize(messages);
  const bytes = new Uint8Array(LENGTH_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(body, LENGTH_BYTES);
  return bytes;
}

/** Takes bytes as they come and gives messages. A long batch is put together once, when all of it is there. */
export class BatchReader {
  #pieces: Uint8Array[] = [];
  #held = 0;
  /** Bytes from which on there is something to read. */
  #wanted = LENGTH_BYTES;

  /**
   * The messages that are complete now.
   *
   * @throws {Error} for bytes that are none
   */
  take(chunk: Uint8Array): unknown[] {
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    const messages: unknown[] = [];
    while (this.#held >= this.#wanted) {
      const all = concat(this.#pieces);
      const length = lengthOf(all);
      const end = LENGTH_BYTES + length;
      if (all.length >= end) {
        messages.push(
          ...deserialize(all.slice(LENGTH_BYTES, end)) as unknown[],
        );
      }
      const rest = all.length >= end ? all.subarray(end) : all;
      this.#pieces = [rest];
      this.#held = rest.length;
      this.#wanted = all.length >= end ? LENGTH_BYTES : end;
    }
    return messages;
  }
}

/** Bytes of the batch that begins here. */
function lengthOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(0, true);
  if (length > BATCH_BYTES_MAX) throw new Error("a batch is too long");
  return length;
}
