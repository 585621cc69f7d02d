import assert from "node:assert/strict";
import { historyOf, saveRun } from "../../src/controller/saved_run.ts";
import type { SavedRun } from "../../src/controller/types.ts";
import {
  ARMED,
  type Control,
  type EventHistory,
  type EventKind,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";

const TOTALS = { digest: [1, 2], run: {}, targets: {} } as const;

const SAVED_MS = 1_774_600_000_000;
const SAVED_SLOT = SAVED_MS / 100;

function throughJson(history: EventHistory): SavedRun {
  const saved = saveRun({
    planId: "00ff",
    nowMs: SAVED_MS,
    history,
    totals: TOTALS,
  });
  return JSON.parse(JSON.stringify(saved));
}

const FIRED: Control = {
  firedSlot: SAVED_SLOT - 50,
  paused: false,
  base: 5,
  max: NaN,
  scale: 2.5,
  level: 1,
  plan: 0,
  spikes: [{ slot: SAVED_SLOT - 3, factor: 2, durationMs: 900 }],
};

const event = (slot: number, kind: EventKind, value = 0): TrafficEvent => ({
  slot,
  kind,
  value,
  durationMs: 0,
});

Deno.test("saveRun() keeps the operator's changes through JSON, with their dates", () => {
  const history: EventHistory = {
    base: FIRED,
    events: [
      event(SAVED_SLOT - 9, "base", NaN),
      event(SAVED_SLOT - 5, "scale", 3),
      event(SAVED_SLOT + 2, "pause"),
    ],
  };
  assert.deepEqual(historyOf(throughJson(history), SAVED_MS + 60_000), history);
  const armed = { base: ARMED, events: [] };
  assert.deepEqual(historyOf(throughJson(armed), SAVED_MS), armed);
});

Deno.test("saveRun() begins again with the first plan and a closed breaker", () => {
  const events = [event(1, "plan", 1), event(2, "level", 0)];
  const history = { base: { ...ARMED, plan: 3, level: 0.2 }, events };
  assert.deepEqual(historyOf(throughJson(history), SAVED_MS), {
    base: ARMED,
    events: [],
  });
});

Deno.test("historyOf() moves everything along with a clock that was set back", () => {
  const pause = event(SAVED_SLOT + 2, "pause");
  const saved = throughJson({ base: FIRED, events: [pause] });
  const { base, events } = historyOf(saved, SAVED_MS - 3_600_000);
  assert.equal(base.firedSlot, SAVED_SLOT - 50 - 36_000);
  assert.deepEqual(events, [{ ...pause, slot: pause.slot - 36_000 }]);
});

Deno.test("historyOf() begins armed without a saved run", () => {
  assert.deepEqual(historyOf(undefined, 0), { base: ARMED, events: [] });
});

Deno.test("historyOf() refuses what is not a saved run of this version", () => {
  const saved = throughJson({ base: ARMED, events: [] });
  const wrong = [
    { ...saved, version: 2 },
    { ...saved, body: null },
    { ...saved, body: {} },
    { ...saved, body: "text" },
  ];
  for (const value of wrong) {
    assert.throws(() => historyOf(value as SavedRun, SAVED_MS), {
      name: "KarError",
      exit: "cannotStart",
    });
  }
});
