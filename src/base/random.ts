/*
 * Chance by counter: a draw is a hash of (seed, stream, index), so anyone can
 * make any draw, in any order, again. The mixing steps are those of
 * MurmurHash3_x86_32 (Austin Appleby, public domain), run twice with different
 * starting values to get 53 bits.
 *
 *   seed   ─┐
 *   stream ─┼─▶ key (two words, once per stream) ─▶ + index ─▶ [0, 1)
 *   index  ─┘
 */

const TWO_32 = 2 ** 32;
const INV_2_53 = 2 ** -53;

/** The state of one stream after seed and stream number were absorbed. */
export interface StreamKey {
  readonly a: number;
  readonly b: number;
}

/**
 * Prepares a stream of draws.
 *
 * @param seed a safe integer ≥ 0
 * @param stream a safe integer ≥ 0 that no other use of chance has
 */
export function streamKey(seed: number, stream: number): StreamKey {
  let a = 0x9747b28c;
  let b = 0x3c6ef372;
  for (const word of [seed, seed / TWO_32, stream, stream / TWO_32]) {
    a = absorb(a, word >>> 0);
    b = absorb(b, word >>> 0);
  }
  return { a, b };
}

/** Draw number `index` of a prepared stream: uniform in [0, 1), 53 bits. */
export function draw(a: number, b: number, index: number): number {
  const lo = index >>> 0;
  const hi = (index / TWO_32) >>> 0;
  const high = finish(absorb(absorb(a, lo), hi)) >>> 5;
  const low = finish(absorb(absorb(b, lo), hi)) >>> 6;
  return (high * 0x4000000 + low) * INV_2_53;
}

/** Draw `index` of `stream` under `seed`: uniform in [0, 1). */
export function unit(seed: number, stream: number, index: number): number {
  const key = streamKey(seed, stream);
  return draw(key.a, key.b, index);
}

/** Mixes one more word into a hash state. */
export function absorb(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  k = Math.imul(k, 0x1b873593);
  const h = state ^ k;
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64 | 0;
}

/** Ends a hash: every bit of the state reaches every bit of the result. */
export function finish(state: number): number {
  let h = state ^ (state >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
