import { deserialize, serialize } from "node:v8";

/*
 * Messages on a pipe: each batch is its length in four bytes and then a list
 * as V8 serialises it.
 */

const LENGTH_BYTES = 4;
/** Bytes of one batch at most; a longer one is none of kar's. */
export const BATCH_BYTES_MAX = 64 * 2 ** 20;

/** Messages as bytes. */
export function batchOf(messages: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const body = serialize(messages);
  const bytes = new Uint8Array(LENGTH_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(body, LENGTH_BYTES);
  return bytes;
}

/** Takes bytes as they come and gives messages. */
export class BatchReader {
  #held: Uint8Array = new Uint8Array(0);

  /**
   * The messages that are complete now.
   *
   * @throws {Error} for bytes that are none
   */
  take(chunk: Uint8Array): unknown[] {
    const all = this.#held.length === 0 ? chunk : joined(this.#held, chunk);
    const messages: unknown[] = [];
    let at = 0;
    while (all.length - at >= LENGTH_BYTES) {
      const view = new DataView(all.buffer, all.byteOffset + at);
      const length = view.getUint32(0, true);
      if (length > BATCH_BYTES_MAX) throw new Error("a batch is too long");
      const from = at + LENGTH_BYTES;
      if (all.length - from < length) break;
      messages.push(
        ...deserialize(all.slice(from, from + length)) as unknown[],
      );
      at = from + length;
    }
    this.#held = all.slice(at);
    return messages;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
