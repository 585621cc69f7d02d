import assert from "node:assert/strict";
import {
  breakerOf,
  historyOf,
  saveRun,
} from "../../src/controller/saved_run.ts";
import type { SavedRun } from "../../src/controller/types.ts";
import { ARMED, type Control } from "../../src/pattern/mod.ts";

const TOTALS = { digest: [1, 2], run: {}, targets: {} } as const;

const BREAKER = {
  trips: 2,
  heldMs: 9000,
  reason: "why",
  isHolding: false,
  silentUntilMs: 0,
};

function throughJson(control: Control, isHolding = false): SavedRun {
  const saved = saveRun({
    breaker: { ...BREAKER, isHolding },
    planId: "00ff",
    nowMs: 5,
    control,
    totals: TOTALS,
  });
  return JSON.parse(JSON.stringify(saved));
}

Deno.test("saveRun() keeps the operator's changes through JSON", () => {
  const control: Control = {
    firedSlot: 17_746_000_000,
    paused: true,
    base: 5,
    max: NaN,
    scale: 2.5,
    level: 1,
    plan: 0,
    spikes: [{ slot: 3, factor: 2, durationMs: 900 }],
  };
  assert.deepEqual(historyOf(throughJson(control), true), {
    base: control,
    events: [],
  });
  assert.deepEqual(historyOf(throughJson(ARMED), true).base, ARMED);
});

Deno.test("saveRun() begins again with the first plan, and sends nothing where a breaker held traffic back", () => {
  const saved = throughJson({ ...ARMED, plan: 3, level: 0.2 }, true);
  assert.deepEqual(historyOf(saved, true).base, { ...ARMED, level: 0 });
  assert.deepEqual(historyOf(saved, false).base, ARMED);
  assert.deepEqual(breakerOf(saved), { ...BREAKER, isHolding: true });
  assert.equal(breakerOf(undefined), undefined);
});

Deno.test("historyOf() begins armed without a saved run", () => {
  assert.deepEqual(historyOf(undefined, true), { base: ARMED, events: [] });
});

Deno.test("historyOf() refuses what is not a saved run of this version", () => {
  const saved = throughJson(ARMED);
  const wrong = [
    { ...saved, version: 2 },
    { ...saved, body: null },
    { ...saved, body: {} },
    { ...saved, body: "text" },
  ];
  for (const value of wrong) {
    assert.throws(() => historyOf(value as SavedRun, true), {
      name: "KarError",
      exit: "cannotStart",
    });
  }
});
