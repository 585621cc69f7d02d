/** Named irregularities as a part of the traffic. */
import assert from "node:assert/strict";
import {
  disturbanceOf,
  forecast,
  type IrregularSpec,
  type Pattern,
} from "../../../src/pattern/mod.ts";
import { firedAt, patternWith, spikesWith } from "../support.ts";

const START_MS = Date.UTC(2026, 11, 1);
const START = START_MS / 100;

const CRON: IrregularSpec = {
  kind: "cron",
  when: { kind: "every", everyMs: 3_600_000, offsetMs: 60_000 },
  ...{ requests: 5000, spreadMs: 2000, skewMs: 300, target: "report" },
};
const FLASH: IrregularSpec = {
  kind: "flash",
  when: { kind: "once", at: "2026-12-01T00:00:30" },
  ...{ factor: 5, riseMs: 60_000, halfMs: 600_000, power: 1 },
  lastsMs: 3_600_000,
  hot: { target: "item", share: 0.9 },
};
const CRAWLER: IrregularSpec = {
  kind: "crawler",
  when: { kind: "daily", sec: 0, days: [1, 2, 3, 4, 5, 6, 7] },
  ...{ rate: 5, lastsMs: 7_200_000, target: "item" },
};

function traffic(irregular: IrregularSpec[], change: Partial<Pattern> = {}) {
  return firedAt(patternWith({ irregular, ...change }), START_MS);
}

Deno.test("what multiplies multiplies, and what is added is added, behind all else", () => {
  const slot = START + 600 + 1;
  const alone = traffic([CRON]).partsAt(slot);
  const added = alone.rate - 100;
  assert.ok(added > 1000);
  assert.ok(Math.abs(alone.irregular - alone.rate / 100) < 1e-12);
  const flash = traffic([FLASH]).partsAt(slot).irregular;
  const both = traffic([CRON, FLASH, CRAWLER]).partsAt(slot).rate;
  assert.ok(Math.abs(both - (100 * flash + added + 5)) < 1e-9);
});

Deno.test("irregularities come where the schedule sends nothing, and not where nothing is sent", () => {
  const schedule = [{
    ...{ spans: [[0, 1440]] as const, days: [1, 2, 3, 4, 5, 6, 7] },
    ...{ multiplier: 0, priority: 0 },
  }];
  const quiet = traffic([CRAWLER], { schedule });
  assert.equal(quiet.partsAt(START).rate, 5);
  assert.deepEqual(quiet.directedAt(START), [{ target: "item", share: 1 }]);
  quiet.events.append({
    ...{ slot: START + 5, kind: "pause", value: 0, durationMs: 0 },
  });
  assert.equal(quiet.partsAt(START + 5).rate, 0);
});

Deno.test("the rate never passes max, whatever irregularities add", () => {
  const all = traffic([CRON, FLASH, CRAWLER], { max: 300 });
  for (let slot = START; slot < START + 2000; slot += 7) {
    assert.ok(all.partsAt(slot).rate <= 300);
  }
});

Deno.test("a kind names the phase as long as a hundredth of its height is left", () => {
  const all = traffic([CRON]);
  const at = (sec: number) => all.partsAt(START + sec * 10).phase;
  assert.equal(at(50), "baseline");
  assert.equal(at(60), "cron");
  assert.equal(at(68), "cron");
  assert.equal(at(80), "baseline");
  assert.equal(at(3660), "cron");
});

Deno.test("phases come in order: manual, ramp, kinds, spike, recovery, baseline", () => {
  const slot = START + 601;
  const spikes = spikesWith({ lambda: 10, riseMs: 60_000 });
  const at = (irregular: IrregularSpec[], rampUpMs = 0) =>
    traffic(irregular, { spikes, rampUpMs }).partsAt(slot).phase;
  assert.equal(at([]), "spike");
  assert.equal(at([CRAWLER]), "crawler");
  assert.equal(at([CRAWLER, CRON]), "cron");
  assert.equal(at([CRAWLER, CRON, FLASH]), "flash");
  assert.equal(at([CRON], 3_600_000), "ramp");
  const scaled = traffic([CRON], { spikes });
  scaled.events.append({ slot, kind: "scale", value: 2, durationMs: 0 });
  assert.equal(scaled.partsAt(slot).phase, "manual");
});

Deno.test("what is added goes to its target, and a crowd wants one thing", () => {
  const slot = START + 601;
  const cron = traffic([CRON]);
  const { rate } = cron.partsAt(slot);
  const [share] = cron.directedAt(slot);
  assert.equal(share!.target, "report");
  assert.ok(Math.abs(share!.share * rate - (rate - 100)) < 1e-6);
  const top = START + 300 + 600;
  const flash = traffic([FLASH]).directedAt(top);
  assert.ok(Math.abs(flash[0]!.share - 0.9) < 0.001);
  assert.deepEqual(traffic([FLASH]).directedAt(START), []);
});

Deno.test("a disturbance is a spike or an irregularity, and 1 without", () => {
  const cron = traffic([CRON]);
  assert.equal(disturbanceOf(cron.partsAt(START)), 1);
  assert.ok(disturbanceOf(cron.partsAt(START + 601)) > 10);
});

Deno.test("any order of slots gives the same bits", () => {
  const specs = [CRON, FLASH, CRAWLER];
  const offsets = [0, 601, 5, 36_601, 600, -1, 601, 40_000, 7];
  const one = traffic(specs);
  for (const offset of offsets) {
    const slot = START + offset;
    assert.deepEqual(one.partsAt(slot), traffic(specs).partsAt(slot));
    assert.deepEqual(one.directedAt(slot), traffic(specs).directedAt(slot));
  }
});

Deno.test("explain tells which are under way, and a forecast has their phase", () => {
  const all = traffic([CRON, FLASH, CRAWLER]);
  const { factors } = all.explainAt(START + 601);
  const { why } = factors.find(({ name }) => name === "irregular")!;
  assert.match(why, /^cron \+[0-9]+\/s, flash ×[0-9.]+, crawler \+5\/s$/);
  const rows = forecast(patternWith({ irregular: [CRON] }), {
    ...{ startMs: START_MS, durationMs: 120_000, stepMs: 10_000 },
  }).rows;
  assert.equal(rows[6]!.phase, "cron");
  assert.equal(rows[0]!.phase, "baseline");
});
