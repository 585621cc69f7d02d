import assert from "node:assert/strict";
import { PlanClock } from "../../src/run/plan_clock.ts";
import { SEGMENTS_MAX, Shared } from "../../src/worker/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";

const WALL_MS = Date.UTC(2026, 2, 28, 12);

function begun(
  wallMs: number,
  startMs: number | null = null,
  atMs: number | null = null,
) {
  const clock = new FakeClock(wallMs, 777.25);
  const shared = Shared.create(1);
  const time = new PlanClock(shared, clock, { startMs, atMs, marginMs: 20 });
  return { clock, shared, time };
}

Deno.test("PlanClock begins at the first slot edge of the wall clock that leaves the margin", () => {
  for (
    const [intoMs, slots] of [[0, 1], [79, 1], [80, 1], [81, 2], [
      99,
      2,
    ]] as const
  ) {
    const { clock, time } = begun(WALL_MS + intoMs);
    assert.equal(time.startSlot, WALL_MS / 100 + slots, `${intoMs}`);
    const inMs = time.timeline.at(0).startMs - clock.now();
    assert.ok(Math.abs(inMs - (slots * 100 - intoMs)) < 1e-6, `${inMs}`);
    assert.ok(inMs >= 20 && inMs < 120);
  }
});

Deno.test("PlanClock with a start of its own begins there after the margin, at a slot edge", () => {
  const startMs = Date.UTC(2030, 0, 1) + 1234;
  const { clock, time } = begun(WALL_MS, startMs);
  assert.equal(time.startSlot, (startMs - 34) / 100);
  assert.equal(time.timeline.at(0).startMs, clock.now() + 20);
  clock.freeze(20 + 150);
  assert.ok(Math.abs(time.nowMs() - (startMs - 34 + 150)) < 1e-6);
  clock.jumpWall(3_600_000);
  assert.equal(time.followWall(), null);
});

Deno.test("PlanClock is the wall clock, as long as that runs evenly", () => {
  const { clock, time } = begun(WALL_MS + 33);
  for (let i = 0; i < 50; i++) {
    clock.freeze(731.3);
    assert.equal(time.followWall(), null);
    assert.ok(Math.abs(time.nowMs() - clock.wall()) <= 1.001);
    const { slot } = time.timeline.at(time.beat());
    assert.equal(slot, Math.floor(time.nowMs() / 100));
  }
});

Deno.test("PlanClock leaves a drift of 5 ms alone, slews up to a second, and jumps beyond", () => {
  const drifts = [
    [4, "leaves"],
    [-4, "leaves"],
    [20, "slews"],
    [-900, "slews"],
    [1100, "jumps"],
    [-3_600_000, "jumps"],
  ] as const;
  for (const [byMs, what] of drifts) {
    const { clock, time } = begun(WALL_MS);
    clock.freeze(5000);
    clock.jumpWall(byMs);
    const before = time.nowMs();
    const jump = time.followWall();
    const moved = time.nowMs() - before;
    assert.equal(jump !== null, what === "jumps", `${byMs}`);
    const expected = what === "slews" ? Math.sign(byMs) * 0.5 : 0;
    assert.ok(Math.abs(moved - expected) < 1e-6, `${byMs}: ${moved}`);
    assert.equal(time.leapBeat > time.beat(), what === "jumps");
  }
});

Deno.test("PlanClock leaps to where the wall clock is, at a slot edge two beats ahead", () => {
  for (const byMs of [3_600_050, -7_199_950]) {
    const { clock, time } = begun(WALL_MS);
    clock.freeze(5033);
    clock.jumpWall(byMs);
    const here = time.beat();
    const leap = time.followWall()!;
    assert.equal(leap.beat, here + 2);
    assert.equal(time.leapBeat, leap.beat);
    assert.equal(time.followWall(), null, "one at a time");
    clock.freeze(350);
    assert.ok(time.beat() >= leap.beat);
    assert.ok(Math.abs(time.nowMs() - clock.wall()) <= 1.001);
    assert.equal(time.followWall(), null);
  }
});

Deno.test("PlanClock keeps the last segments, however often the clock jumps", () => {
  const { clock, shared, time } = begun(WALL_MS);
  clock.freeze(500);
  for (let i = 0; i < 30; i++) {
    clock.jumpWall(i % 2 === 0 ? 7_000_000 : -7_000_000);
    assert.ok(time.followWall() !== null);
    clock.freeze(400);
    assert.ok(Math.abs(time.nowMs() - clock.wall()) <= 1.001);
  }
  assert.equal(shared.readSegments()!.length, SEGMENTS_MAX);
});

Deno.test("PlanClock ends where it was told first, and stands still there", () => {
  const { clock, time } = begun(WALL_MS);
  time.endAt(25);
  time.endAt(40);
  clock.freeze(60_000);
  assert.equal(time.nowMs(), (time.startSlot + 25) * 100);
  assert.equal(time.second(), 2);
  clock.jumpWall(3_600_000);
  assert.equal(time.followWall(), null, "nothing is left to leap");
});
