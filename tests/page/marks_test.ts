import assert from "node:assert/strict";
import fc from "fast-check";
import { marksOf } from "../../src/page/mod.ts";
import {
  applyEvent,
  ARMED,
  type Change,
  type Control,
  EVENT_KINDS,
  type EventKind,
} from "../../src/pattern/mod.ts";
import { simulated } from "./simulated.ts";

/** The states that events lead to, one a slot. */
function changesOf(
  events: readonly { kind: EventKind; value?: number }[],
): Change[] {
  let control: Control = ARMED;
  return events.map(({ kind, value = 0 }, slot) => {
    control = applyEvent(control, {
      ...{ slot, value, durationMs: 1000 },
      kind,
    });
    return { slot, control };
  });
}

Deno.test("marksOf() says in a few words what operators and the breaker did, and when", () => {
  const marks = marksOf(changesOf([
    { kind: "fire" },
    { kind: "pause" },
    { kind: "resume" },
    { kind: "spike", value: 3 },
    { kind: "spike", value: 2 },
    { kind: "scale", value: 0.5 },
    { kind: "base", value: 40 },
    { kind: "base", value: NaN },
    { kind: "level", value: 0 },
    { kind: "level", value: 0.25 },
    { kind: "level", value: 1 },
    { kind: "plan", value: 1 },
  ]));
  assert.deepEqual(marks.map(({ text }) => text), [
    "fired",
    "paused",
    "resumed",
    "spike ×3",
    "spike ×2",
    "scale 0.5",
    "base 40/s",
    "base as planned",
    "breaker open",
    "breaker lets 25 % through",
    "breaker closed",
    "another plan",
  ]);
  assert.deepEqual(
    marks.filter(({ kind }) => kind === "breaker").map(({ t }) => t),
    [800, 900, 1000],
  );
});

Deno.test("marksOf() has a mark for every change, in their order, and none for a state that stays", () => {
  const event = fc.record({
    kind: fc.constantFrom(...EVENT_KINDS),
    value: fc.constantFrom(0, 0.5, 1, 2),
  });
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    const changes = changesOf(events);
    const marks = marksOf(changes);
    assert.ok(marks.every(({ t }, i) => i === 0 || t >= marks[i - 1]!.t));
    let before: Control = ARMED;
    for (const { slot, control } of changes) {
      const isSame = JSON.stringify(before) === JSON.stringify(control);
      if (isSame) assert.ok(marks.every(({ t }) => t !== slot * 100));
      before = control;
    }
  }));
});

Deno.test("a page has the spike that somebody asked for as a mark on its time", async () => {
  const { data } = await simulated();
  const spike = data.marks.find(({ text }) => text === "spike ×3")!;
  assert.ok(spike.t > data.span.fromMs && spike.t < data.span.toMs);
});
