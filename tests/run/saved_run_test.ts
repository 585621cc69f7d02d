import assert from "node:assert/strict";
import { historyOf, readSavedRun, saveRun } from "../../src/run/saved/mod.ts";
import type { SavedRun } from "../../src/run/types.ts";
import {
  ARMED,
  type Control,
  EventLog,
  type TrafficHistory,
} from "../../src/pattern/mod.ts";
import { NOTHING_SAVED, type SavedVerdict } from "../../src/threshold/mod.ts";

const NO_TOTALS = { digest: [1, 2], run: {}, targets: {} } as const;
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
const VERDICT: SavedVerdict = {
  seconds: 20,
  untrustedSeconds: 1,
  thresholds: [{
    text: "errors < 1% over 5s",
    result: "fail",
    value: 0.4,
    breachedMs: SAVED_MS - 9000,
    windows: { kept: 3, breached: 2, unknown: 1 },
    part: 0,
    whole: 0,
  }],
};
const RANK = { rank: 77, slot: SAVED_SLOT, untilSlot: SAVED_SLOT + 10 };
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
const NOTHING: TrafficHistory = { base: ARMED, changes: [], area: null };
const HISTORY: TrafficHistory = {
  base: FIRED,
  changes: [
    { slot: SAVED_SLOT - 9, control: { ...FIRED, base: NaN } },
    { slot: SAVED_SLOT - 5, control: { ...FIRED, scale: 3, max: 70 } },
    { slot: SAVED_SLOT + 2, control: { ...FIRED, paused: true } },
  ],
  area: { slot: SAVED_SLOT - 900, sum: 0.1 + 0.2 },
};

function throughJson(history: TrafficHistory, isHolding = false): SavedRun {
  const saved = saveRun({
    breaker: { ...BREAKER, isHolding },
    planId: "00ff",
    nowMs: SAVED_MS,
    history,
    totals: NO_TOTALS,
    verdict: VERDICT,
    rank: RANK,
  });
  return JSON.parse(JSON.stringify(saved));
}

function restored(saved: SavedRun, now = NOW): TrafficHistory {
  return historyOf(readSavedRun(saved), now);
}

Deno.test("saveRun() keeps the operator's changes and the area through JSON, to the last bit", () => {
  const later = { ...NOW, wallMs: SAVED_MS + 60_000 };
  assert.deepEqual(restored(throughJson(HISTORY), later), HISTORY);
  assert.deepEqual(restored(throughJson(NOTHING)), NOTHING);
  assert.deepEqual(readSavedRun(throughJson(HISTORY)).breaker, BREAKER);
});

Deno.test("saveRun() begins again with the first plan, and sends nothing where a breaker held traffic back", () => {
  const control = { ...FIRED, plan: 3, level: 0.2 };
  const history = {
    base: control,
    changes: [{ slot: SAVED_SLOT, control: { ...control, level: 1 } }],
    area: null,
  };
  const saved = throughJson(history, true);
  const levels = (history: TrafficHistory) => {
    const log = new EventLog(history);
    return [log.at(0), log.at(Infinity)].map(({ plan, level }) => [
      plan,
      level,
    ]);
  };
  assert.deepEqual(levels(restored(saved)), [[0, 0], [0, 0]]);
  const without = { ...NOW, hasBreaker: false };
  assert.deepEqual(levels(restored(saved, without)), [[0, 1], [0, 1]]);
  assert.deepEqual(levels(restored(throughJson(history))), [[0, 1], [0, 1]]);
  assert.equal(readSavedRun(saved).breaker.isHolding, true);
});

Deno.test("historyOf() moves everything along with a clock that was set back", () => {
  const wallMs = SAVED_MS - 3_600_000;
  const { base, changes, area } = restored(throughJson(HISTORY), {
    ...NOW,
    wallMs,
  });
  assert.equal(base.firedSlot, SAVED_SLOT - 50 - 36_000);
  assert.deepEqual(changes.map(({ slot }) => slot), [SAVED_SLOT + 2 - 36_000]);
  assert.equal(area, null);
});

Deno.test("readSavedRun() keeps what a run was judged by, which older versions have not saved", () => {
  const saved = throughJson(HISTORY);
  assert.deepEqual(readSavedRun(saved).verdict, VERDICT);
  const older = spoilt(saved, "body.verdict", undefined);
  assert.deepEqual(readSavedRun(older).verdict, NOTHING_SAVED);
  assert.deepEqual(readSavedRun(saved).rank, RANK);
  assert.equal(readSavedRun(spoilt(saved, "body.rank", undefined)).rank, null);
});

Deno.test("historyOf() begins armed without a saved run", () => {
  assert.deepEqual(historyOf(null, NOW), NOTHING);
});

Deno.test("readSavedRun() still reads the changes of earlier versions", () => {
  const saved = throughJson({ ...HISTORY, changes: [], area: null });
  const { history } = saved.body as { history: Record<string, unknown> };
  delete history.changes;
  delete history.area;
  history.events = [
    { slot: SAVED_SLOT - 9, kind: "base", value: null, durationMs: 0 },
    { slot: SAVED_SLOT - 5, kind: "scale", value: 3, durationMs: 0 },
    { slot: SAVED_SLOT - 5, kind: "spike", value: 4, durationMs: 500 },
    { slot: SAVED_SLOT + 2, kind: "pause", value: 0, durationMs: 0 },
  ];
  const log = new EventLog(restored(saved));
  assert.ok(Number.isNaN(log.at(SAVED_SLOT - 9).base));
  assert.equal(log.at(SAVED_SLOT).scale, 3);
  assert.equal(log.at(SAVED_SLOT).spikes.length, 2);
  assert.equal(log.at(SAVED_SLOT + 1).paused, false);
  assert.equal(log.at(SAVED_SLOT + 2).paused, true);
});

/** A text as nobody can have saved it, by the path of one value in it. */
function spoilt(saved: SavedRun, path: string, value: unknown): SavedRun {
  const copy = structuredClone(saved);
  const keys = path.split(".");
  let at = copy as unknown as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as typeof at;
  if (value === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = value;
  return copy;
}

Deno.test("readSavedRun() refuses what nobody can have saved, with its place, its value, and what would be right", () => {
  const saved = throughJson(HISTORY);
  const wrong: [path: string, value: unknown, message: RegExp][] = [
    ["version", 2, /run\.version is 2, must be from 1 to 1/],
    ["savedMs", null, /savedMs is null/],
    ["savedMs", -1, /savedMs is -1/],
    ["savedMs", 1e300, /savedMs is 1e\+300/],
    ["body", null, /body is null, must be an object/],
    ["body", "text", /body is "text"/],
    ["body.history", undefined, /history is missing/],
    [
      "body.history.base.base",
      1e8,
      /base\.base is 100000000, must be from 0 to 1000000/,
    ],
    ["body.history.base.max", -1, /base\.max is -1, must be from 0 to 1000000/],
    ["body.history.base.scale", 1001, /scale is 1001, must be from 0 to 1000/],
    ["body.history.base.scale", "2", /scale is "2"/],
    ["body.history.base.level", 1.5, /level is 1\.5/],
    ["body.history.base.plan", 3, /plan is 3/],
    ["body.history.base.paused", 1, /paused is 1, must be true or false/],
    ["body.history.base.firedSlot", 1.5, /firedSlot is 1\.5/],
    ["body.history.base.firedSlot", SAVED_SLOT + 1e6, /firedSlot is/],
    ["body.history.base.spikes", null, /spikes is null, must be a list/],
    ["body.history.base.spikes.0.factor", 1e9, /factor is 1000000000/],
    ["body.history.base.spikes.0.durationMs", -5, /durationMs is -5/],
    ["body.history.changes", {}, /changes is \{\}, must be a list/],
    ["body.history.changes.1.slot", SAVED_SLOT - 9, /changes\.1\.slot is/],
    ["body.history.changes.1.slot", 1e14, /changes\.1\.slot is/],
    ["body.history.changes.2.control.max", 1e7, /changes\.2\.control\.max is/],
    ["body.history.area.sum", -1, /area\.sum is -1/],
    ["body.history.area.slot", 0.5, /area\.slot is 0\.5/],
    ["body.history.events", [{ slot: 1, kind: "explode" }], /"explode"/],
    [
      "body.history.events",
      [{ slot: 1, kind: "plan", value: 1, durationMs: 0 }],
      /must be a change that an operator can ask for/,
    ],
    ["body.totals", null, /totals is null/],
    ["body.totals.digest", [1], /digest is \[1\], must be two numbers/],
    ["body.totals.digest.0", 2 ** 32, /digest\.0 is 4294967296/],
    ["body.rank", 7, /rank is 7, must be an object/],
    ["body.rank.rank", -1, /rank is -1, must be/],
    ["body.rank.untilSlot", SAVED_SLOT + 11, /untilSlot is \d+, must be/],
    ["body.verdict", 7, /verdict is 7, must be an object/],
    ["body.verdict.untrustedSeconds", 21, /untrustedSeconds is 21, must be/],
    ["body.verdict.thresholds.0.result", "ok", /result is "ok"/],
    ["body.verdict.thresholds.0.value", "ok", /value is "ok"/],
    ["body.verdict.thresholds.0.breachedMs", -1, /breachedMs is -1/],
    ["body.verdict.thresholds.0.windows.breached", 0.5, /breached is 0\.5/],
    ["body.verdict.thresholds.0.part", null, /part is null/],
    ["body.breaker", 7, /breaker is 7/],
    ["body.breaker.trips", 1e300, /trips is 1e\+300/],
    ["body.breaker.reason", "x".repeat(5000), /reason is "xxx/],
  ];
  for (const [path, value, message] of wrong) {
    assert.throws(() => readSavedRun(spoilt(saved, path, value)), (error) => {
      assert.ok(error instanceof Error && error.name === "KarError", path);
      assert.match(error.message, message);
      assert.match(
        error.message,
        /^Cannot resume: in the saved state run\..*; remove it to start over$/,
      );
      return true;
    });
  }
});
