import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BreakerSecond,
  type BreakerState,
  CLOSED,
  levelOf,
  nextState,
  PROBE_LEVEL_MIN,
  RETRY_AFTER_MS_MAX,
  STEP_LEVELS,
  STRAGGLERS_MS_MAX,
} from "../../src/health/mod.ts";
import type { SafetyPlan } from "../../src/plan/mod.ts";

const SAFETY: SafetyPlan = {
  errorRateAbove: 20,
  p95AboveMs: 100,
  sustainedForMs: 3000,
  resumeAfterMs: 30_000,
  webhook: null,
};

const GOOD: BreakerSecond = {
  nowMs: 0,
  requests: 10,
  failures: 0,
  timed: 10,
  slow: 0,
  fullRate: 10,
  open: 0,
  retryAtMs: 0,
};
const BAD: BreakerSecond = { ...GOOD, failures: 10 };

/** Moves on second by second; gives the last state. */
function after(
  state: BreakerState,
  seconds: readonly Partial<BreakerSecond>[],
  { fromMs = 0, safety = SAFETY } = {},
): BreakerState {
  return seconds.reduce<BreakerState>(
    (state, second, i) =>
      nextState(
        state,
        { ...GOOD, nowMs: fromMs + 1000 * i, ...second },
        safety,
      ),
    state,
  );
}

function times<T>(n: number, second: T): T[] {
  return Array.from({ length: n }, () => second);
}

function bad(count: number): Partial<BreakerSecond>[] {
  return times(count, { failures: 10 });
}

const TRIPPED = { kind: "tripped", sinceMs: 0, reason: "r" } as const;
const EMPTY = { requests: 0, failures: 0, timed: 0, slow: 0 };

function recovering(level: number, isProbing = false): BreakerState {
  return { kind: "recovering", level, isProbing, sinceMs: 0, ends: EMPTY };
}

Deno.test("nextState() trips once a threshold was passed long enough, with 20 requests at least", () => {
  const table: readonly [
    name: string,
    seconds: Partial<BreakerSecond>[],
    kind: BreakerState["kind"],
  ][] = [
    ["all well", times(60, {}), "closed"],
    // The first second has 10 requests: patience begins with the second one.
    ["not long enough", bad(4), "closed"],
    ["long enough", bad(5), "tripped"],
    ["a share at the threshold", times(60, { failures: 2 }), "closed"],
    ["a share above it", times(60, { failures: 3 }), "tripped"],
    [
      "interrupted",
      [...bad(4), ...times(1, { requests: 1000 }), ...bad(2)],
      "closed",
    ],
    [
      "19 requests in ten seconds",
      times(60, { requests: 1.9, failures: 1.9 }),
      "closed",
    ],
    ["20 requests", times(60, { requests: 2, failures: 2 }), "tripped"],
    ["5 % slow", times(60, { timed: 100, slow: 5 }), "closed"],
    ["more than 5 % slow", times(60, { timed: 100, slow: 6 }), "tripped"],
    ["19 slow ones", times(60, { timed: 1.9, slow: 1.9 }), "closed"],
    ["nothing at all", times(60, EMPTY), "closed"],
  ];
  for (const [name, seconds, kind] of table) {
    assert.equal(after(CLOSED, seconds).kind, kind, name);
  }
});

Deno.test("nextState() heeds only the thresholds that are set, and says which was passed", () => {
  const seconds = times(20, { failures: 10, slow: 10 });
  const noErrors = { ...SAFETY, errorRateAbove: null };
  const noSlowness = { ...SAFETY, p95AboveMs: null };
  const slow = after(CLOSED, seconds, { safety: noErrors });
  const failed = after(CLOSED, seconds, { safety: noSlowness });
  assert.ok(slow.kind === "tripped" && failed.kind === "tripped");
  assert.match(
    slow.reason,
    /^p95 above 100ms: \d+ of \d+ requests took longer$/,
  );
  assert.match(failed.reason, /^\d+ of \d+ requests failed, above 20 %$/);
  const neither = { ...noErrors, p95AboveMs: null };
  assert.equal(after(CLOSED, seconds, { safety: neither }).kind, "closed");
});

Deno.test("nextState() probes when the backoff is over, and never before the target's Retry-After", () => {
  const kindAt = (nowMs: number, retryAtMs = 0) =>
    nextState(TRIPPED, { ...GOOD, nowMs, retryAtMs }, SAFETY).kind;
  assert.equal(kindAt(29_999), "tripped");
  assert.equal(kindAt(30_000), "recovering");
  assert.equal(kindAt(30_000, 10_000), "recovering");
  assert.equal(kindAt(44_000, 45_000), "tripped");
  assert.equal(kindAt(45_000, 45_000), "recovering");
  assert.equal(kindAt(RETRY_AFTER_MS_MAX - 1, Infinity), "tripped");
  assert.equal(kindAt(RETRY_AFTER_MS_MAX, Infinity), "recovering");
});

Deno.test("nextState() waits with its probes for requests from before the silence, up to a bound", () => {
  const kindAt = (nowMs: number, open: number) =>
    nextState(TRIPPED, { ...GOOD, nowMs, open }, SAFETY).kind;
  assert.equal(kindAt(30_000, 1), "tripped");
  assert.equal(kindAt(31_000, 0), "recovering");
  assert.equal(kindAt(30_000 + STRAGGLERS_MS_MAX, 1), "recovering");
});

Deno.test("nextState() probes once a second, with one percent at least and all at most", () => {
  const levelWith = (fullRate: number) =>
    levelOf(nextState(TRIPPED, { ...GOOD, nowMs: 1e6, fullRate }, SAFETY));
  assert.equal(levelWith(50), 0.02);
  assert.equal(levelWith(10_000), PROBE_LEVEL_MIN);
  assert.equal(levelWith(0.5), 1);
  // The plan sends nothing now: with all of it, a morning would come at once.
  assert.equal(levelWith(0), 0);
});

Deno.test("nextState() comes back by steps, each held for ten seconds with five requests", () => {
  const levels = [0.02, ...STEP_LEVELS];
  let state = recovering(0.02);
  for (const [i, level] of levels.entries()) {
    assert.equal(levelOf(state), level);
    const fromMs = i * 10_000;
    state = after(state, times(9, {}), { fromMs: fromMs + 1000 });
    assert.equal(levelOf(state), level, "held");
    state = after(state, [{}], { fromMs: fromMs + 10_000 });
  }
  assert.equal(state, CLOSED);
  const idle = after(recovering(0.02), times(100, EMPTY));
  assert.equal(levelOf(idle), 0.02, "nothing ended, nothing known");
  const few = after(recovering(0.02), [{ ...EMPTY, requests: 4 }], {
    fromMs: 60_000,
  });
  assert.equal(levelOf(few), 0.02);
  // Steps below the probes are left out.
  assert.equal(levelOf(after(recovering(0.3), times(11, {}))), 0.5);
});

Deno.test("nextState() trips again at once when probes or a step fail", () => {
  for (const level of [0.02, ...STEP_LEVELS]) {
    const failed = after(recovering(level), [{ requests: 5, failures: 2 }], {
      fromMs: 2000,
    });
    assert.equal(failed.kind, "tripped", `${level}`);
    assert.equal(failed.kind === "tripped" && failed.sinceMs, 2000);
    const slow = after(recovering(level), [{ timed: 5, slow: 1 }]);
    assert.equal(slow.kind, "tripped", `${level} slow`);
  }
  const few = after(recovering(0.02), [{ requests: 4, failures: 4 }]);
  assert.equal(few.kind, "recovering");
});

Deno.test("nextState() remembers ten seconds and no more", () => {
  const state = after(CLOSED, times(1000, {}));
  assert.ok(state.kind === "closed" && state.window.length === 10);
  const patient = { ...SAFETY, sustainedForMs: 12_000 };
  // A good past longer ago than the window does not soften the verdict.
  const turned = after(CLOSED, [...times(500, {}), ...bad(16)], {
    safety: patient,
  });
  assert.equal(turned.kind, "tripped");
});

Deno.test("nextState() never sends while the target fails and never leaves the levels it has", () => {
  const second = fc.record({
    isBad: fc.boolean(),
    requests: fc.integer({ min: 0, max: 50 }),
    fullRate: fc.double({ min: 0, max: 1e5, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(second, { maxLength: 200 }), (seconds) => {
    let state: BreakerState = CLOSED;
    seconds.forEach(({ isBad, requests, fullRate }, i) => {
      const before: BreakerState = state;
      const failures = isBad ? requests : 0;
      const times = { timed: requests, slow: 0 };
      const nowMs = 1000 * i;
      const now = { ...BAD, requests, failures, ...times, fullRate, nowMs };
      state = nextState(before, now, SAFETY);
      const level = levelOf(state);
      assert.ok(level >= 0 && level <= 1);
      // From silence it only comes to probes, never to all at once by a step.
      if (before.kind === "tripped") assert.notEqual(state.kind, "closed");
      if (before.kind === "closed") assert.notEqual(state.kind, "recovering");
    });
  }));
});

Deno.test("nextState() keeps probes a trickle when the plan's rate changes meanwhile", () => {
  const levelAt = (level: number, fullRate: number, isProbing = true) =>
    levelOf(after(recovering(level, isProbing), [{ requests: 1, fullRate }]));
  assert.equal(levelAt(1, 0.5), 1);
  assert.equal(levelAt(1, 20), 0.05);
  assert.equal(levelAt(0.05, 2000), PROBE_LEVEL_MIN);
  assert.equal(levelAt(PROBE_LEVEL_MIN, 2), 0.5);
  // Noise and small spikes are no reason.
  assert.equal(levelAt(0.05, 30), 0.05);
  assert.equal(levelAt(0.05, 0), 0.05);
  assert.equal(levelAt(0.25, 1000, false), 0.25, "a step is a step");
});

Deno.test("nextState() trips after a day of good answers as fast as after a minute", () => {
  const secondsToTrip = (goodSec: number) => {
    let state = after(CLOSED, times(goodSec, { requests: 1000, timed: 1000 }));
    for (let sec = 0; sec < 60; sec++) {
      const nowMs = 1000 * (goodSec + sec);
      const slow = { ...GOOD, nowMs, requests: 1000, timed: 1000, slow: 1000 };
      state = nextState(state, slow, SAFETY);
      if (state.kind === "tripped") return sec;
    }
    throw new Error("did not trip");
  };
  assert.equal(secondsToTrip(86_400), secondsToTrip(60));
});
