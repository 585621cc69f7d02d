import { createHash } from "node:crypto";

/** Bytes of a log that its secret is made of: some hundred lines. */
const HEAD_BYTES = 65_536;
const PLACES = 65_536;
const HASH_BYTES = 32;

/**
 * What tells clients apart in a trace, and is in no trace: who has one, and
 * thinks of an address, must not find out whether it is in there. So the parts
 * of clients hang on the log's own first lines; the same log has the same ones,
 * whoever packs it, and whoever knows them has the log.
 */
export class LogSecret {
  /** Key of the hashes of clients and paths. */
  readonly key: number;
  readonly #parts: Uint8Array;

  constructor(head: Uint8Array) {
    const first = digestOf(head);
    this.key = new DataView(first.buffer, first.byteOffset).getInt32(0);
    this.#parts = drawnBy(first);
  }

  /** Of 256 parts of the clients, the one of a client's hash. */
  partOf(client: number): number {
    return this.#parts[client >>> 16]!;
  }
}

/** One part by chance for each place: what is known of some says nothing of the others. */
function drawnBy(secret: Uint8Array): Uint8Array {
  const parts = new Uint8Array(PLACES);
  const counted = new Uint8Array(secret.length + 2);
  counted.set(secret);
  for (let i = 0; i < PLACES / HASH_BYTES; i++) {
    counted[secret.length] = i >> 8;
    counted[secret.length + 1] = i & 255;
    parts.set(digestOf(counted), i * HASH_BYTES);
  }
  return parts;
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** Pieces of a log, the first one long enough for its secret. */
export async function* withHead<Piece extends { readonly bytes: Uint8Array }>(
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  let head = new Uint8Array(0);
  let last: Piece | undefined;
  for await (const piece of pieces) {
    if (head.length >= HEAD_BYTES) {
      yield piece;
      continue;
    }
    head = joined(head, piece.bytes);
    last = piece;
    if (head.length >= HEAD_BYTES) yield { ...piece, bytes: head };
  }
  if (last !== undefined && head.length < HEAD_BYTES) {
    yield { ...last, bytes: head };
  }
}

/** The bytes that the secret of a log is made of. */
export function headOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, HEAD_BYTES);
}

function joined(
  a: Uint8Array,
  b: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
