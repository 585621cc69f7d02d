import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import {
  answersOf,
  ask,
  type Bus,
  BusTime,
  confirmed,
  FLEET_VERSION,
  type FleetRow,
  type PartHead,
  type StoredClaim,
} from "../../src/fleet/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";
import { FakeBus, FakeServer } from "./fake_bus.ts";

const ROW: FleetRow = {
  ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: "sha", parts: 3 },
  ...{ fireMs: 1_000_000, fireSlot: 500, durationMs: null },
};
const PAUSE = { kind: "pause", value: 0, durationMs: 0 } as const;

/** Somebody who asks a bus that can fall silent. */
function author() {
  const clock = new FakeClock(1_001_000, 1_001_000);
  const server = new FakeServer<PartHead>(clock);
  const bus = new FakeBus<PartHead>(server, {
    wayMs: () => 10,
    after: (ms, task) => void clock.after(ms, task),
  });
  const time = new BusTime(clock, { offsetMs: 0, errorMs: 1 });
  const options = { bus: bus as Bus, clock, time, row: ROW, who: "me" };
  return { clock, server, bus, options };
}

/** What comes of asking, once time has passed. */
async function outcome(
  { clock, options }: ReturnType<typeof author>,
): Promise<string> {
  const asked = ask(options, PAUSE).then(
    ({ seq }) => `stored ${seq}`,
    (error) => {
      assert.ok(error instanceof KarError);
      return error.message;
    },
  );
  for (let i = 0; i < 20; i++) await clock.run(500);
  return await asked;
}

Deno.test("a change whose answer was lost is found on the bus, and is not asked for again", async () => {
  const one = author();
  // The request gets there, and the answer does not.
  const { bus, server } = one;
  const publish = bus.publish.bind(bus);
  bus.publish = async (...asked) => {
    bus.isDeaf = true;
    one.clock.after(500, () => bus.isDeaf = false);
    return await publish(...asked);
  };
  assert.equal(await outcome(one), "stored 1");
  assert.equal(server.events.length, 1);
});

Deno.test("a change that was surely not stored is told so; one of which nobody knows, too", async () => {
  const lost = author();
  lost.bus.publish = () =>
    Promise.reject(new KarError("cannotStart", "no answer within 1000 ms"));
  assert.equal(await outcome(lost), "no answer within 1000 ms");
  const unknown = author();
  unknown.bus.publish = () => {
    unknown.bus.isCut = true;
    return Promise.reject(new KarError("cannotStart", "no answer"));
  };
  assert.equal(
    await outcome(unknown),
    "It is not known whether all were asked for pause: the bus has not answered (no answer), and the change may hold; kar fleet status and the members' lines tell, look there before you ask again",
  );
});

Deno.test("who has not confirmed is named within seconds, also of a run that begins in an hour", async () => {
  const { clock, server, options } = author();
  server.claims.set(2, {
    ...{ part: 2, node: "b", incarnation: "x", host: "h", run: "r" },
    ...{ epoch: 1, storedMs: 0 },
  });
  const row = { ...ROW, fireMs: clock.now() + 3_600_000 };
  const event = {
    ...{ ...PAUSE, who: "me", seq: 1, slot: ROW.fireSlot },
    storedMs: clock.now(),
  };
  let missing: unknown = null;
  const asked = confirmed({ ...options, row }, event, () => [])
    .then((found) => missing = found);
  for (let i = 0; i < 20; i++) await clock.run(500);
  assert.deepEqual(missing, [{ part: 2, node: "b" }]);
  await asked;
});

Deno.test("who has been offered a plan can send it, cannot, is slow, or is not heard", () => {
  const plan = "a".repeat(64);
  const claims = [1, 2, 3, 4, 5].map((part): StoredClaim => ({
    ...{ part, node: `n${part}`, incarnation: "x", host: "h", run: "r" },
    ...{ epoch: 10 + part, storedMs: 0 },
  }));
  const told = (part: number, why: string | null | undefined, isOver = false) =>
    ({
      ...{ part, epoch: 10 + part, spans: [{ isOver }] },
      offers: why === undefined ? [] : [{ plan, why }],
    }) as unknown as PartHead;
  const heard = {
    told: [
      told(1, null),
      told(2, "no such file"),
      told(3, undefined),
      told(5, undefined, true),
    ],
    isTelling: (part: number) => part !== 4,
  };
  const nowMs = 60_000;
  const found = answersOf(claims, plan, { heard, nowMs });
  assert.deepEqual(found, {
    refusals: [{ part: 2, node: "n2", why: "no such file" }],
    slow: [{ part: 3, node: "n3" }],
    silent: [{ part: 4, node: "n4" }],
  });
  // What a process before it has said is no answer of this one.
  const before = { ...told(1, null), epoch: 10 };
  const anew = answersOf(claims.slice(0, 1), plan, {
    ...{ heard: { ...heard, told: [before] }, nowMs },
  });
  assert.deepEqual(anew.slow.map(({ part }) => part), [1]);
  // Who has just claimed its part has told nothing yet.
  const joining = answersOf(claims.slice(3, 4), plan, { heard, nowMs: 3000 });
  assert.deepEqual(joining.slow.map(({ part }) => part), [4]);
});
