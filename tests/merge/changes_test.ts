import assert from "node:assert/strict";
import {
  commonChanges,
  firedAt,
  type KnownChanges,
  type PartSpan,
} from "../../src/merge/mod.ts";
import type { Change } from "../../src/pattern/mod.ts";
import { FIRE, spanOf } from "./support.ts";

Deno.test("commonChanges() takes what every part has that was there, if two have it", () => {
  const parts = 2;
  const at = (slot: number, scale = 2) => ({
    slot: FIRE + slot,
    control: { ...firedAt(FIRE), scale },
  });
  const away = [
    spanOf({ part: 1, parts }, 0, 100),
    spanOf({ part: 1, parts }, 150, 200),
  ];
  const there = [spanOf({ part: 2, parts }, 0, 200)];
  const known = (spans: PartSpan[], changes: Change[]) => ({ spans, changes });
  const slots = (...records: KnownChanges[]) =>
    commonChanges(records).map(({ slot }) => slot - FIRE);
  // It came back, and was told what had happened meanwhile.
  assert.deepEqual(
    slots(known(away, [at(50), at(120)]), known(there, [at(50), at(120)])),
    [50, 120],
  );
  // Parts without a bus: each has its own.
  assert.deepEqual(slots(known(away, [at(50)]), known(there, [at(120)])), []);
  assert.deepEqual(slots(known(away, [at(50)]), known(there, [at(50, 3)])), []);
  // Nobody was left of the other part.
  const third = spanOf({ part: 3, parts: 3 }, 0, 200);
  assert.deepEqual(
    slots(
      known(away, []),
      known(there, [at(120)]),
      known([third], [at(120)]),
    ),
    [120],
  );
  assert.deepEqual(slots(known(there, [at(7)])), [7]);
  // A breaker is each machine's own.
  const held = { slot: FIRE + 60, control: { ...at(50).control, level: 0.5 } };
  assert.deepEqual(
    slots(known(away, [at(50), held]), known(there, [at(50)])),
    [50],
  );
});

Deno.test("commonChanges() of a fleet takes what two have, whoever was late, or what the only one has", () => {
  const parts = 3;
  const at = (slot: number) => ({
    slot: FIRE + slot,
    control: { ...firedAt(FIRE), paused: true },
  });
  const known = (part: number, to: number, changes: Change[]) => ({
    spans: [spanOf({ part, parts }, 0, to, { fleet: "blue" })],
    changes,
  });
  const slots = (...records: KnownChanges[]) =>
    commonChanges(records).map(({ slot }) => slot - FIRE);
  assert.deepEqual(
    slots(
      known(1, 200, [at(50)]),
      known(2, 200, [at(59)]),
      known(3, 200, [at(50)]),
    ),
    [50],
  );
  assert.deepEqual(slots(known(1, 200, [at(50)]), known(2, 40, [])), [50]);
});
