import {
  type ReplaySpec,
  TracePacker,
  TraceReader,
  type TraceTarget,
} from "../../src/trace/mod.ts";

/** An arrival of a made trace. */
export interface Made {
  readonly us: number;
  readonly form: number;
  readonly part: number;
}

/** The packed bytes of some arrivals in order. */
export function packed(
  arrivals: Iterable<Made>,
  forms: readonly TraceTarget[] = [],
): Uint8Array {
  const pieces: Uint8Array[] = [];
  const packer = new TracePacker({
    write: (bytes) => pieces.push(bytes.slice()),
  });
  for (const { us, form, part } of arrivals) packer.add(us, form, part);
  packer.end(forms);
  const all = new Uint8Array(pieces.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Reads a trace in memory. */
export function readerOf(bytes: Uint8Array): TraceReader {
  return new TraceReader((offset, into) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }, bytes.length);
}

/** Arrivals with exponential gaps. */
export function* poissonTrace(
  count: number,
  perSec: number,
  seed = 1,
): Generator<Made> {
  let state = seed;
  const next = () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  let us = 1.7e15;
  for (let i = 0; i < count; i++) {
    us += Math.round(-Math.log(1 - next()) / perSec * 1e6);
    yield { us, form: Math.floor(3 * next()), part: Math.floor(256 * next()) };
  }
}

/** A spec of a trace that sends everything as it was. */
export function specOf({ head }: TraceReader): ReplaySpec {
  return {
    ...{ trace: "t", digest: head.digest, spanUs: head.spanUs },
    gapUs: Math.round(head.spanUs / Math.max(1, head.count - 1)),
    ...{ targets: [0, 1, 2], speed: 1, rate: 1, shiftUs: 5e6, loop: 1 },
  };
}
