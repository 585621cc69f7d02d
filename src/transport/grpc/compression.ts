import { gunzipSync, inflateSync } from "node:zlib";
import { excerpt } from "../../base/mod.ts";
import type { GrpcEncoding } from "../../request/mod.ts";
import { grpcCodeText } from "../../protocol/mod.ts";
import { answer, failure, type Outcome } from "../outcome.ts";
import { GRPC_CODE } from "./status.ts";

/*
 * Compressed messages ("Compression" in gRPC's documents): a flag before each,
 * and `grpc-encoding` in the head. A message that is marked in a way that
 * cannot be read ends the call with INTERNAL, as in every client of gRPC.
 */

type Unpack = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Uint8Array;

const UNPACK_BY: Readonly<Record<GrpcEncoding, Unpack>> = {
  deflate: inflateSync,
  gzip: gunzipSync,
};

/** How a message is unpacked, by the name of its encoding. */
const UNPACK: ReadonlyMap<string, Unpack> = new Map(Object.entries(UNPACK_BY));
const IDENTITY = "identity";
const SHOWN_CHARS = 40;
const UNNAMED = internal(
  "a message is marked as compressed, and grpc-encoding does not say how",
);

/** What is wrong with a message that is marked as compressed; null = nothing. */
export function encodingFlaw(encoding: string): Outcome | null {
  if (UNPACK.has(encoding)) return null;
  return encoding === "" || encoding === IDENTITY
    ? UNNAMED
    : notOffered(encoding);
}

/** The outcome for an encoding that was not offered. */
export function notOffered(encoding: string): Outcome {
  const name = excerpt(encoding, SHOWN_CHARS);
  return internal(`a message is compressed by ${name}, which was not offered`);
}

/**
 * Unpacks a message, within a bound.
 *
 * @returns its bytes unpacked, or the outcome of a call whose message cannot be
 *   unpacked
 */
export function unpack(
  encoding: string,
  bytes: Uint8Array,
  { left, max }: {
    /** How many bytes of the answer there may still be. */
    readonly left: number;
    /** How many there may be at all. */
    readonly max: number;
  },
): Uint8Array | Outcome {
  // As in other clients: an empty message stays empty, however it is packed.
  if (bytes.length === 0) return bytes;
  try {
    const message = UNPACK.get(encoding)!(bytes, {
      maxOutputLength: Math.max(1, left),
    });
    return message.length > left ? tooLarge(max) : message;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return code === "ERR_BUFFER_TOO_LARGE"
      ? tooLarge(max)
      : internal(`a message cannot be unpacked: it is not ${encoding}`);
  }
}

const ROOM_BYTES = 4096;

/** A message that comes in pieces; it takes at most twice the memory of what came. */
export class PackedMessage {
  #room = new Uint8Array(0);
  #length = 0;

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(2 * length, ROOM_BYTES));
      larger.set(this.#room.subarray(0, this.#length));
      this.#room = larger;
    }
    this.#room.set(piece, this.#length);
    this.#length = length;
  }

  /** What came, until the next piece. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }
}

function tooLarge(max: number): Outcome {
  return failure(
    "too_large",
    `an answer unpacks to more bytes than ${max} (limits.max_body_bytes)`,
  );
}

function internal(why: string): Outcome {
  const code = GRPC_CODE.internal;
  return answer(code, `${grpcCodeText(code)}: ${why}`);
}
