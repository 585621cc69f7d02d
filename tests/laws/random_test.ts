/** Chance by counter, looked at the way the engine draws. */
import assert from "node:assert/strict";
import { unit } from "../../src/base/mod.ts";
import {
  chiSquare,
  chiSquareTail,
  correlation,
  ksDistance,
  ksLimit,
  range,
} from "./statistics.ts";

const N = 20_000;
const SLOT = 17_746_000_000;

/** Lists of draws in which the counters move in different ways. */
const WALKS: Readonly<Record<string, (i: number) => number>> = {
  "adjacent indexes": (i) => unit(98, 1, i),
  "adjacent streams": (i) => unit(98, i, 0),
  "adjacent seeds": (i) => unit(i, 1, 0),
  "first draws of a lane, slot after slot": (i) =>
    unit(98, 1024, (SLOT + i) * 65_536),
  "first draws of all lanes, slot after slot": (i) =>
    unit(98, 1024 + i % 256, (SLOT + Math.floor(i / 256)) * 65_536),
  "indexes a power of two apart": (i) => unit(98, 16, i * 2 ** 32),
};

for (const [name, at] of Object.entries(WALKS)) {
  Deno.test(`unit() is uniform along ${name} (KS, chi-square at 1 %)`, () => {
    const draws = range(N).map(at);
    assert.ok(ksDistance(draws) < ksLimit(N), `D ${ksDistance(draws)}`);
    const cells = histogram(draws.map((u) => Math.floor(u * 256)), 256);
    const tail = tailOf(cells);
    assert.ok(tail > 0.01 && tail < 0.9999, `tail ${tail}`);
  });

  Deno.test(`unit() does not follow itself along ${name}`, () => {
    const draws = range(N + 8).map(at);
    for (const lag of [1, 2, 8]) {
      const r = correlation(draws.slice(0, N), draws.slice(lag, N + lag));
      // 1/√n is the standard error: three of them.
      assert.ok(Math.abs(r) < 3 / Math.sqrt(N), `lag ${lag}: ${r}`);
    }
    const pairs = range(N).map((i) =>
      Math.floor(draws[i]! * 16) * 16 + Math.floor(draws[i + 1]! * 16)
    );
    assert.ok(tailOf(histogram(pairs, 256)) > 0.005);
  });
}

Deno.test("unit() has low bits as random as its high bits", () => {
  const low = range(N).map((i) => unit(98, 3, i) * 2 ** 45 % 1);
  assert.ok(ksDistance(low) < ksLimit(N), `D ${ksDistance(low)}`);
  const high = range(N).map((i) => unit(98, 3, i));
  assert.ok(Math.abs(correlation(low, high)) < 3 / Math.sqrt(N));
});

Deno.test("unit() gives streams that say nothing about each other", () => {
  const streams = [1, 2, 16, 17, 18, 1024, 1025, 1279, 2048, 2049];
  const lists = streams.map((s) => range(N).map((i) => unit(98, s, i)));
  // 45 pairs: one in 15,000 passes four standard errors by chance.
  for (let i = 0; i < lists.length; i++) {
    for (let k = 0; k < i; k++) {
      const r = correlation(lists[i]!, lists[k]!);
      assert.ok(Math.abs(r) < 4 / Math.sqrt(N), `${streams[i]}, ${streams[k]}`);
    }
  }
});

function histogram(cells: readonly number[], count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const cell of cells) counts[cell]!++;
  return counts;
}

function tailOf(counts: readonly number[]): number {
  const sum = counts.reduce((a, b) => a + b, 0);
  const expected = counts.map(() => sum / counts.length);
  return chiSquareTail(chiSquare(counts, expected), counts.length - 1);
}
