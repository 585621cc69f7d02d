import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import type { Session } from "../../src/cli/fleet/session.ts";
import { PlanChain } from "../../src/cli/fleet/plan/plan_chain.ts";
import type { PartTold } from "../../src/cli/fleet/told/types.ts";
import { toldOf } from "../../src/cli/fleet/told/of_run.ts";
import { WatchedRun } from "../../src/cli/watch/watched_run.ts";
import {
  BusTime,
  FLEET_VERSION,
  type FleetRow,
  type StoredEvent,
  unreadEvent,
} from "../../src/fleet/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";
import { NOON_MS, planWith, SimRun } from "../sim/harness.ts";
import { FakeBus, FakeServer } from "./fake_bus.ts";

/* Who watches all parts: what of the bus it says, and what ends it. */

const PLAN = planWith();
const ROW: FleetRow = {
  ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: "sha", parts: 1 },
  ...{ fireMs: NOON_MS, fireSlot: NOON_MS / 100, durationMs: 60_000 },
};

/** A viewer of a part that has told of ten seconds. */
async function viewer() {
  const sim = new SimRun(PLAN, { durationMs: 10_000 });
  await sim.go(60_000);
  const claim = {
    ...{ part: 1, node: "n", incarnation: "i", host: "h", run: "r" },
    ...{ epoch: 1, storedMs: 0 },
  };
  const head = {
    ...{ run: "r", part: 1, epoch: 1, seq: 1, eventSeq: 0, late: [] },
    ...{ isAlone: false, offsetMs: 0, errorMs: 1 },
  };
  const told = toldOf(sim.run, head, {
    ...{ claim, spans: [], offers: [], isOver: false },
  });
  const clock = new FakeClock(NOON_MS + 11_000, NOON_MS + 11_000);
  const server = new FakeServer<PartTold>(clock);
  server.row = ROW;
  server.told.set(1, told);
  const bus = new FakeBus<PartTold>(server, {
    wayMs: () => 1,
    after: (ms, task) => void clock.after(ms, task),
  });
  const time = new BusTime(clock, { offsetMs: 0, errorMs: 1 });
  const session = { bus, clock, time } as unknown as Session;
  const said: string[] = [];
  const tell = (line: string) => said.push(line);
  const silence: string[] = [];
  const tellSilence = (line: string) => silence.push(line);
  const plans = new PlanChain(bus, PLAN);
  const begun = WatchedRun.begin(
    { session, row: ROW, plans, tell, tellSilence },
    () => false,
  );
  await clock.run(100);
  const watched = (await begun)!;
  return { watched, clock, server, bus, said, silence, told };
}

Deno.test("a viewer says once that the bus cannot be asked, and once that it answers again", async () => {
  const { watched, clock, server, said } = await viewer();
  await clock.run(5000);
  assert.deepEqual(said, []);
  server.isDown = true;
  await clock.run(8000);
  server.isDown = false;
  await clock.run(5000);
  assert.deepEqual(said, [
    "The bus cannot be asked (The bus does not answer): changes are not seen, and what is shown is what was heard",
    "The bus answers again",
  ]);
  watched.drain();
  await clock.run(3000);
  assert.equal((await watched.finished).isCutShort, true);
});

Deno.test("a viewer names a change that nobody can read, and those after it are seen", async () => {
  const { watched, clock, server, said } = await viewer();
  const slot = ROW.fireSlot + 150;
  const pause: StoredEvent = {
    ...{ seq: 2, slot, kind: "pause", value: 0, durationMs: 0, who: "me" },
    storedMs: clock.now(),
  };
  server.events.push({ ...unreadEvent("why"), seq: 1, storedMs: 0 }, pause);
  await clock.run(8000);
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /^Change 1 on the bus is none that this kar understands \(why\)/,
  );
  const { state, warnings } = watched.snapshot();
  assert.equal(state, "paused");
  assert.ok(warnings.includes(said[0]!));
  watched.drain();
  await clock.run(3000);
  await watched.finished;
});

Deno.test("what goes wrong in a viewer is what comes of it, and nothing is left unheard", async () => {
  const { watched, clock, server, told } = await viewer();
  const bad = { ...told, seq: 2, moment: { ...told.moment, health: null } };
  for (const hear of server.hears) hear(bad as unknown as PartTold);
  await clock.run(3000);
  await assert.rejects(watched.finished, TypeError);
  assert.equal(server.hears.size, 0, "it does not listen any more");
});

Deno.test("a viewer that cannot read what was told before does not begin, and does not listen", async () => {
  const { server, bus, clock, watched } = await viewer();
  watched.drain();
  await clock.run(3000);
  bus.lastTold = () => Promise.reject(new KarError("cannotStart", "away"));
  const time = new BusTime(clock, { offsetMs: 0, errorMs: 1 });
  const begun = WatchedRun.begin({
    session: { bus, clock, time } as unknown as Session,
    ...{ row: ROW, plans: new PlanChain(bus, PLAN) },
    ...{ tell: () => {}, tellSilence: () => {} },
  }, () => false);
  await assert.rejects(begun, /away/);
  assert.equal(server.hears.size, 0);
});

Deno.test("a viewer names a part that is not heard of any more, once, and once that it is again", async () => {
  const { watched, clock, server, silence, told } = await viewer();
  await clock.run(15_000);
  assert.equal(silence.length, 1);
  assert.match(
    silence[0]!,
    /^Part 1 \(n on h\) is not heard of any more: what is due in it from \S+T12:00:10\S*Z on is not confirmed$/,
  );
  for (const hear of server.hears) hear({ ...told, seq: 2 });
  await clock.run(3000);
  assert.deepEqual(silence.slice(1), ["Part 1 (n on h) is heard of again"]);
  server.isDown = true;
  await clock.run(9000);
  assert.equal(silence.length, 2, "a bus that is away says nothing of a part");
  watched.drain();
  await clock.run(3000);
  await watched.finished;
});

Deno.test("a viewer ends as soon as all parts have told how they ended", async () => {
  for (const isOver of [true, false]) {
    const { watched, clock, server, told } = await viewer();
    let hasEnded = false;
    watched.finished.then(() => hasEnded = true);
    await clock.run(49_500);
    const madeUpTo = ROW.fireSlot + 600;
    const spans = told.spans.map((span) => ({ ...span, madeUpTo, isOver }));
    for (const hear of server.hears) hear({ ...told, seq: 2, spans });
    for (let i = 0; i < 22; i++) await clock.run(100);
    assert.equal(hasEnded, isOver, "else it may tell more");
    watched.drain();
    await clock.run(3000);
  }
});
