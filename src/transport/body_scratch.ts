import type { ArrivalDraws, Text } from "../request/mod.ts";

const FIRST_BYTES = 4 * 1024;
/** A larger buffer, which one large body needed, is not kept. */
const KEEP_BYTES = 256 * 1024;

/**
 * Where a thread makes bodies, one after the other: a body's length has to be
 * known before its head is written.
 */
class BodyScratch {
  bytes = new Uint8Array(FIRST_BYTES);
  /** Bytes of the body that was made last. */
  length = 0;

  /** Makes the body of the arrival that `draws` is at. */
  make(body: Text, draws: ArrivalDraws): void {
    if (body.most > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(body.most, 2 * this.bytes.length));
    } else if (this.bytes.length > KEEP_BYTES && body.most <= KEEP_BYTES) {
      this.bytes = new Uint8Array(KEEP_BYTES);
    }
    this.length = body.write(this.bytes, 0, draws);
  }

  /** Copies it. Returns where it ends. */
  copyTo(to: Uint8Array, at: number): number {
    const { bytes, length } = this;
    if (length <= LOOP_BYTES) {
      for (let i = 0; i < length; i++) to[at + i] = bytes[i]!;
    } else to.set(bytes.subarray(0, length), at);
    return at + length;
  }
}

/** Longer bodies are copied by the system. */
const LOOP_BYTES = 256;

/** The one of this thread. */
export const bodyScratch = new BodyScratch();
