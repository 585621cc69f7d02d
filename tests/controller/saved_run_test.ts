import assert from "node:assert/strict";
import {
  breakerOf,
  historyOf,
  saveRun,
} from "../../src/controller/saved_run.ts";
import type { SavedRun } from "../../src/controller/types.ts";
import {
  ARMED,
  type Control,
  type EventHistory,
  type EventKind,
  EventLog,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";

const TOTALS = { digest: [1, 2], run: {}, targets: {} } as const;

const SAVED_MS = 1_774_600_000_000;
const SAVED_SLOT = SAVED_MS / 100;
const NOW = { hasBreaker: true, wallMs: SAVED_MS };

const BREAKER = {
  trips: 2,
  heldMs: 9000,
  reason: "why",
  isHolding: false,
  silentUntilMs: 0,
};

function throughJson(history: EventHistory, isHolding = false): SavedRun {
  const saved = saveRun({
    breaker: { ...BREAKER, isHolding },
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
  const later = { ...NOW, wallMs: SAVED_MS + 60_000 };
  assert.deepEqual(historyOf(throughJson(history), later), history);
  const armed = { base: ARMED, events: [] };
  assert.deepEqual(historyOf(throughJson(armed), NOW), armed);
});

Deno.test("saveRun() begins again with the first plan, and sends nothing where a breaker held traffic back", () => {
  const events = [event(1, "plan", 1), event(2, "level", 0.5)];
  const history = { base: { ...ARMED, plan: 3, level: 0.2 }, events };
  const saved = throughJson(history, true);
  assert.deepEqual(historyOf(saved, NOW), {
    base: { ...ARMED, level: 0 },
    events: [],
  });
  const armed = { base: ARMED, events: [] };
  assert.deepEqual(historyOf(saved, { ...NOW, hasBreaker: false }), armed);
  assert.deepEqual(historyOf(throughJson(history), NOW), armed);
  assert.deepEqual(breakerOf(saved), { ...BREAKER, isHolding: true });
  assert.equal(breakerOf(undefined), undefined);
});

Deno.test("historyOf() moves everything along with a clock that was set back", () => {
  const pause = event(SAVED_SLOT + 2, "pause");
  const saved = throughJson({ base: FIRED, events: [pause] });
  const wallMs = SAVED_MS - 3_600_000;
  const { base, events } = historyOf(saved, { ...NOW, wallMs });
  assert.equal(base.firedSlot, SAVED_SLOT - 50 - 36_000);
  assert.deepEqual(events, [{ ...pause, slot: pause.slot - 36_000 }]);
});

Deno.test("historyOf() begins armed without a saved run", () => {
  assert.deepEqual(historyOf(undefined, NOW), { base: ARMED, events: [] });
});

Deno.test("historyOf() refuses what is not a saved run of this version", () => {
  const saved = throughJson({ base: ARMED, events: [] });
  const wrong = [
    { ...saved, version: 2 },
    { ...saved, savedMs: null },
    { ...saved, body: null },
    { ...saved, body: {} },
    { ...saved, body: "text" },
  ];
  for (const value of wrong) {
    assert.throws(() => historyOf(value as SavedRun, NOW), {
      name: "KarError",
      exit: "cannotStart",
    });
  }
});

Deno.test("historyOf() begins tripped where the breaker held, though an operator had resumed before", () => {
  const events = [event(SAVED_SLOT - 90, "pause"), event(SAVED_SLOT, "resume")];
  const saved = throughJson({ base: FIRED, events }, true);
  for (const hasBreaker of [true, false]) {
    const log = new EventLog(historyOf(saved, { ...NOW, hasBreaker }));
    const { level, paused } = log.at(SAVED_SLOT);
    assert.deepEqual([level, paused], [hasBreaker ? 0 : 1, false]);
  }
  const back = { ...NOW, wallMs: SAVED_MS - 3_600_000 };
  const log = new EventLog(historyOf(saved, back));
  assert.equal(log.at(SAVED_SLOT - 36_000).level, 0);
});

Deno.test("historyOf() refuses what nobody can have saved, in one sentence", () => {
  const saved = throughJson({
    base: FIRED,
    events: [event(SAVED_SLOT, "base"), event(SAVED_SLOT, "scale", 1)],
  });
  const mutate = (change: (body: Record<string, never>) => void) => {
    const copy = structuredClone(saved);
    change(copy.body as Record<string, never>);
    return copy;
  };
  type Any = Record<string, unknown>;
  const wrong:
    ((body: { history: Any & { base: Any; events: Any[] } } & Any) => void)[] =
      [
        (body) => delete (body as Any).history,
        (body) => (body as Any).history = {},
        (body) => body.history.base = null as never,
        (body) => body.history.base.scale = "2",
        (body) => body.history.base.firedSlot = "now",
        (body) => body.history.base.spikes = null,
        (body) => body.history.base.plan = 3,
        (body) => body.history.events = {} as never,
        (body) => body.history.events[0]!.slot = null,
        (body) => body.history.events[0]!.kind = "explode",
        (body) => body.history.events[0]!.kind = "plan",
        (body) => body.history.events.reverse()[0]!.slot = SAVED_SLOT + 1,
        (body) => body.totals = null,
        (body) => body.breaker = 7,
      ];
  for (const change of wrong) {
    assert.throws(() => historyOf(mutate(change as never), NOW), {
      name: "KarError",
      message:
        /^Cannot resume: the saved state is .*; remove it to begin anew$/,
    });
  }
});
