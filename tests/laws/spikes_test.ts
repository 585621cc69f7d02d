/** The train of spikes follows the distribution of gaps that was asked for. */
import assert from "node:assert/strict";
import type { SpikeSpec } from "../../src/pattern/mod.ts";
import { Spikes } from "../../src/pattern/components/spikes.ts";
import { spikesWith } from "../pattern/support.ts";
import { chiSquare, chiSquareTail, ksDistance, ksLimit } from "./statistics.ts";

const DAY_MS = 86_400_000;
const FROM_MS = Math.floor(Date.UTC(2026, 2, 28) / DAY_MS) * DAY_MS;

/** Gaps between starts that lie in one block. */
function gapsOf(spec: SpikeSpec, days: number, blockMs = DAY_MS): number[] {
  const starts = new Spikes(spec, 98)
    .startsBetween(FROM_MS, FROM_MS + days * DAY_MS);
  const gaps: number[] = [];
  for (let i = 1; i < starts.length; i++) {
    const [a, b] = [starts[i - 1]!, starts[i]!];
    if (Math.floor(a / blockMs) === Math.floor(b / blockMs)) gaps.push(b - a);
  }
  return gaps;
}

/** The exponential distribution, truncated to [min, max]. */
function truncated({ lambda, minGapMs, maxGapMs }: SpikeSpec) {
  const min = minGapMs ?? 0;
  const share = (x: number) => -Math.expm1(-lambda * (x - min) / 1000);
  return (x: number) => share(x) / share(maxGapMs ?? Infinity);
}

const SPECS: Readonly<Record<string, SpikeSpec>> = {
  "without bounds": spikesWith({ lambda: 0.1 }),
  "without bounds, rare": spikesWith({ lambda: 0.005 }),
  "with a least gap": spikesWith({ lambda: 0.1, minGapMs: 9000 }),
  "with a longest gap": spikesWith({ lambda: 0.1, maxGapMs: 12_000 }),
  "within tight bounds": spikesWith({
    lambda: 0.1,
    minGapMs: 8000,
    maxGapMs: 13_000,
  }),
};

for (const [name, spec] of Object.entries(SPECS)) {
  Deno.test(`Spikes ${name} have gaps of the asked distribution (KS at 1 %)`, () => {
    const gaps = gapsOf(spec, 12);
    assert.ok(gaps.length > 4000, `${gaps.length} gaps`);
    const distance = ksDistance(gaps, truncated(spec));
    assert.ok(distance < ksLimit(gaps.length), `D ${distance}`);
    const { minGapMs, maxGapMs } = spec;
    const isInside = (gap: number) =>
      gap >= (minGapMs ?? 0) && gap <= (maxGapMs ?? Infinity);
    assert.ok(gaps.every(isInside));
  });
}

Deno.test("Spikes without bounds come as often on each day, edges included (dispersion at 1 %)", () => {
  const hours = 24 * 20;
  const spikes = new Spikes(spikesWith({ lambda: 0.02 }), 98);
  const counts = Array.from({ length: hours }, (_, i) => {
    const from = FROM_MS + i * 3_600_000;
    return spikes.startsBetween(from, from + 3_600_000).length;
  });
  const statistic = chiSquare(counts, counts.map(() => 72));
  const tail = chiSquareTail(statistic, hours);
  assert.ok(tail > 0.005 && tail < 0.995, `${statistic}`);
  const atMidnight = counts.filter((_, i) => i % 24 === 0);
  const sum = atMidnight.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - 1440) < 3 * Math.sqrt(1440), `${sum} of 1440`);
});

Deno.test("Spikes with bounds pass the longest gap at the edge of a block only", () => {
  const spec = spikesWith({
    lambda: 1 / 3600,
    minGapMs: 1_800_000,
    maxGapMs: 5_400_000,
  });
  const blockMs = 64 * 5_400_000;
  const starts = new Spikes(spec, 98)
    .startsBetween(FROM_MS, FROM_MS + 60 * DAY_MS);
  let passed = 0;
  for (let i = 1; i < starts.length; i++) {
    const [a, b] = [starts[i - 1]!, starts[i]!];
    const isEdge = Math.floor(a / blockMs) !== Math.floor(b / blockMs);
    assert.ok(b - a >= 1_800_000, "min holds at the edge too");
    assert.ok(isEdge ? b - a < 2 * 5_400_000 : b - a <= 5_400_000);
    if (b - a > 5_400_000) passed++;
  }
  assert.ok(starts.length > 1200 && passed < 16, `${starts.length} ${passed}`);
});
