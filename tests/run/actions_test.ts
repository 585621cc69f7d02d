import assert from "node:assert/strict";
import {
  checkAction,
  describe,
  eventOf,
  stateOf,
  whole,
  type WholeAction,
} from "../../src/run/actions.ts";
import type { Action } from "../../src/run/types.ts";
import { ARMED, type Pattern } from "../../src/pattern/mod.ts";
import { RUN_STATES } from "../../src/stats/mod.ts";
import { planFixture } from "../fixtures/snapshot.ts";

const ACTIONS: readonly WholeAction[] = [
  { kind: "fire" },
  { kind: "pause" },
  { kind: "resume" },
  { kind: "base", value: 5 },
  { kind: "max", value: null },
  { kind: "scale", value: 2 },
  { kind: "spike", factor: 3, durationMs: 6000 },
];

Deno.test("stateOf() names what the events came to", () => {
  const fired = { ...ARMED, firedSlot: 7 };
  assert.equal(stateOf(ARMED), "armed");
  assert.equal(stateOf(fired), "firing");
  assert.equal(stateOf({ ...fired, paused: true }), "paused");
  assert.equal(stateOf({ ...fired, level: 0.5 }), "tripped");
  assert.equal(stateOf({ ...fired, level: 0, paused: true }), "paused");
});

Deno.test("checkAction() allows in each state what makes sense there, and names what would", () => {
  const allowed: Record<string, readonly string[]> = {
    armed: ["fire", "base", "max", "scale", "spike"],
    firing: ["pause", "base", "max", "scale", "spike"],
    paused: ["resume", "base", "max", "scale", "spike"],
    tripped: ["pause", "resume", "base", "max", "scale", "spike"],
    draining: [],
    stopped: [],
  };
  for (const state of RUN_STATES) {
    for (const action of ACTIONS) {
      const check = () => checkAction(action, state);
      if (allowed[state]!.includes(action.kind)) check();
      else {
        assert.throws(check, {
          name: "KarError",
          exit: "usage",
          message: new RegExp(`^Cannot ${action.kind}: the run is ${state}`),
        });
      }
    }
  }
  const resume = () => checkAction({ kind: "resume" }, "firing");
  assert.throws(resume, /it must be paused or tripped$/);
});

Deno.test("eventOf() carries value and length, and NaN for the plan's own value", () => {
  const events = ACTIONS.map(eventOf);
  assert.deepEqual(events, [
    { kind: "fire" },
    { kind: "pause" },
    { kind: "resume" },
    { kind: "base", value: 5 },
    { kind: "max", value: NaN },
    { kind: "scale", value: 2 },
    { kind: "spike", value: 3, durationMs: 6000 },
  ]);
});

Deno.test("whole() takes from the plan what a spike leaves open", () => {
  const { pattern } = planFixture();
  const spikes = { ...pattern.spikes!, factor: 7 };
  const asked = { kind: "spike" } as const;
  const tenSec = { kind: "spike", durationMs: 10_000 };
  const of = (action: Action, spikes: Pattern["spikes"]) =>
    whole(action, { ...pattern, spikes });
  assert.deepEqual(of(asked, spikes), { ...tenSec, factor: 7 });
  assert.deepEqual(of(asked, null), { ...tenSec, factor: 3 });
  const given = { kind: "spike", factor: 2, durationMs: 500 } as const;
  assert.deepEqual(of(given, spikes), given);
  assert.deepEqual(of({ kind: "pause" }, spikes), { kind: "pause" });
});

Deno.test("describe() says an action in words", () => {
  assert.deepEqual(ACTIONS.map(describe), [
    "Fire",
    "Pause",
    "Resume",
    "Set base to 5",
    "Set max to the plan's value",
    "Set scale to 2",
    "Spike ×3 for 6s",
  ]);
});
