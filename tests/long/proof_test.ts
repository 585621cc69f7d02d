import assert from "node:assert/strict";
import { bandOf, distanceOf, lawOf } from "../../src/verdict/mod.ts";
import { chance, FAULTS, proofsOf } from "../verdict/simulated_sender.ts";

const DAYS = 10_000;
const MINUTES = 1440;
const ARRIVALS_A_MINUTE = 20;

Deno.test("ten thousand clean days, looked at every minute, raise at most one alarm", () => {
  const random = chance(98);
  let refuted = 0;
  let outside = 0;
  for (let day = 0; day < DAYS; day++) {
    const bins = new Float64Array(1024);
    let count = 0;
    let isOutside = false;
    for (let minute = 0; minute < MINUTES; minute++) {
      for (let i = 0; i < ARRIVALS_A_MINUTE; i++) {
        bins[(random() * 1024) | 0]!++;
      }
      count += ARRIVALS_A_MINUTE;
      isOutside ||= distanceOf(bins)! > bandOf(count);
    }
    if (isOutside) outside++;
    if (lawOf(bins).result === "refuted") refuted++;
  }
  console.log(`${refuted} refuted, ${outside} outside of the band alone`);
  assert.ok(refuted <= 1);
  // What the band promises: one in a hundred at most.
  assert.ok(outside <= DAYS / 100);
});

Deno.test("each fault is caught at every seed, within the arrivals that it needs", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const law = (fault: keyof typeof FAULTS, arrivals: number) =>
      proofsOf(FAULTS[fault], { ratePerSec: 1000, arrivals, seed }).law.result;
    const counts = (fault: keyof typeof FAULTS, arrivals: number, speed = 1) =>
      proofsOf(FAULTS[fault], { ratePerSec: 1000, arrivals, seed, speed })
        .counts.result;
    assert.equal(law("batched", 5000), "refuted", `${seed}`);
    assert.equal(law("frozen", 5000), "refuted", `${seed}`);
    assert.equal(law("constant", 2000), "refuted", `${seed}`);
    assert.equal(counts("dropped", 20_000), "refuted", `${seed}`);
    assert.equal(counts("doubled", 20_000), "refuted", `${seed}`);
    assert.equal(counts("none", 20_000, 1.005), "refuted", `${seed}`);
    assert.equal(law("none", 100_000), "proved", `${seed}`);
    assert.equal(counts("none", 20_000), "proved", `${seed}`);
  }
});
