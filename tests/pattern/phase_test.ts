import assert from "node:assert/strict";
import fc from "fast-check";
import {
  commonest,
  type EventKind,
  EventLog,
  type Phase,
  PHASES,
  Traffic,
} from "../../src/pattern/mod.ts";
import { firedAt, patternWith, spikesWith } from "./support.ts";

const START = Date.UTC(2026, 2, 28) / 100;

function phaseWith(...changes: readonly [EventKind, number, number?][]): Phase {
  const log = new EventLog();
  log.append({ slot: START, kind: "fire", value: 0, durationMs: 0 });
  for (const [kind, value, durationMs = 0] of changes) {
    log.append({ slot: START, kind, value, durationMs });
  }
  return new Traffic([patternWith()], log).partsAt(START + 3).phase;
}

Deno.test("phase is manual while an operator's change is in force", () => {
  assert.equal(phaseWith(), "baseline");
  assert.equal(phaseWith(["base", 5]), "manual");
  assert.equal(phaseWith(["max", 5]), "manual");
  assert.equal(phaseWith(["scale", 2]), "manual");
  assert.equal(phaseWith(["spike", 2, 10_000]), "manual");
  assert.equal(phaseWith(["base", 5], ["base", NaN]), "baseline");
  assert.equal(phaseWith(["scale", 2], ["scale", 1]), "baseline");
  assert.equal(
    phaseWith(["spike", 2, 300]),
    "baseline",
    "a spike that is over",
  );
  assert.equal(
    phaseWith(["level", 0.5]),
    "baseline",
    "the breaker's, not a person's",
  );
});

Deno.test("phase is the first that applies: manual, ramp, spike, recovery, baseline", () => {
  const pattern = patternWith({ rampUpMs: 60_000, spikes: spikesWith() });
  const traffic = firedAt(pattern, START * 100);
  const seen = new Set<Phase>();
  for (let slot = START; slot < START + 36_000; slot++) {
    const { ramp, spike, phase } = traffic.partsAt(slot);
    const excess = (spike - 1) / 2;
    if (ramp < 1) assert.equal(phase, "ramp");
    else if (spike === 1) assert.equal(phase, "baseline");
    else if (excess > 0.5) assert.equal(phase, "spike");
    else assert.ok(phase === "spike" || phase === "recovery");
    seen.add(phase);
  }
  assert.deepEqual(seen, new Set(["ramp", "spike", "recovery", "baseline"]));
});

Deno.test("commonest() names the phase of most slots, and of equals the first", () => {
  const counts = fc.array(fc.nat(5), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(counts, (list) => {
      const most = Math.max(...list);
      const expected = most === 0 ? "baseline" : PHASES[list.indexOf(most)];
      assert.equal(commonest(Float64Array.from(list)), expected);
    }),
    { seed: 98, numRuns: 500 },
  );
});
