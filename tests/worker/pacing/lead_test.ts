import assert from "node:assert/strict";
import fc from "fast-check";
import { Lead } from "../../../src/worker/pacing/lead.ts";
import { testRandom } from "../../laws/statistics.ts";

Deno.test("Lead settles where nine of ten wakes come in time, whatever their law", () => {
  const laws: Record<string, (u: number) => number> = {
    even: (u) => 0.02 + 0.1 * u,
    skewed: (u) => 0.03 - 0.02 * Math.log(1 - u),
    "with outliers": (u) => u > 0.98 ? 50 : 0.06 + 0.02 * u,
  };
  for (const [name, lateMs] of Object.entries(laws)) {
    const random = testRandom(7);
    const lead = new Lead(true);
    let inTime = 0;
    const [first, counted] = [5000, 20_000];
    for (let i = 0; i < first + counted; i++) {
      const lateness = lateMs(random()) - lead.ms;
      if (i >= first && lateness <= 0) inTime++;
      lead.learn(lateness);
    }
    const share = inTime / counted;
    assert.ok(Math.abs(share - 0.9) < 0.02, `${name}: ${share}`);
  }
});

Deno.test("Lead does not grow where a busy machine wakes it milliseconds late half of the time", () => {
  const random = testRandom(11);
  const lead = new Lead(true);
  for (let i = 0; i < 20_000; i++) {
    const lateMs = random() < 0.5 ? 5 * random() + 0.4 : 0.03 + 0.05 * random();
    lead.learn(lateMs - lead.ms);
  }
  assert.ok(lead.ms > 0.06 && lead.ms < 0.1, `${lead.ms}`);
});

Deno.test("Lead never leaves 0 to 0.3 ms, and begins at its most", () => {
  const lateness = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(fc.property(fc.array(lateness, { maxLength: 2000 }), (all) => {
    const lead = new Lead(true);
    assert.equal(lead.ms, 0.3);
    for (const each of all) {
      lead.learn(each);
      assert.ok(lead.ms >= 0 && lead.ms <= 0.3);
    }
  }));
});

Deno.test("Lead of timers is 2.5 ms and learns nothing", () => {
  const lead = new Lead(false);
  for (const lateness of [-3, 0, 40]) lead.learn(lateness);
  assert.equal(lead.ms, 2.5);
});
