import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import { answer } from "../../../src/transport/mod.ts";
import {
  openSim,
  parseSimUrl,
  SIM_DEFAULTS,
  type SimOptions,
  SimServer,
} from "../../../src/transport/sim/mod.ts";
import { Recorder, StillClock, testCall, testTarget } from "../support.ts";

function opened(options: Partial<SimOptions> = {}, timeoutMs = 1000) {
  const clock = new StillClock();
  const recorder = new Recorder({}, clock);
  const server = new SimServer({ ...SIM_DEFAULTS, ...options });
  const target = testTarget({ timeoutMs });
  const transport = server.open(target, recorder);
  return { clock, recorder, server, target, transport };
}

Deno.test("SimServer answers at the instant that its latency says", () => {
  const { clock, recorder, transport } = opened({ medianMs: 5 });
  const call = testCall();
  transport.send(call);
  clock.runTo(4.999);
  assert.deepEqual(recorder.outcomes, []);
  clock.runTo(5);
  assert.deepEqual(recorder.outcomes, ["200"]);
  assert.equal(call.firstByteMs, 5);
  assert.ok(Number.isNaN(call.connectMs) && Number.isNaN(call.tlsMs));
});

Deno.test("SimServer ends late answers at the timeout", () => {
  const { clock, recorder, transport } = opened({ medianMs: 50 }, 20);
  transport.send(testCall());
  clock.runTo(20);
  assert.deepEqual(recorder.outcomes, ["timeout"]);
});

Deno.test("SimServer stays busy with a request whose caller gave up", () => {
  const { clock, recorder, transport } = opened(
    { medianMs: 50, capacity: 1 },
    60,
  );
  transport.send(testCall());
  transport.send(testCall());
  clock.runTo(1000);
  assert.deepEqual(recorder.outcomes, ["200", "timeout"]);
});

Deno.test("SimServer gives the same outcomes for the same seed", () => {
  const run = (seed: number) => {
    const sim = opened({ seed, sigma: 1, errorShare: 0.3 });
    const calls = Array.from({ length: 200 }, testCall);
    calls.forEach((call, i) => {
      sim.clock.runTo(i);
      sim.transport.send(call);
    });
    sim.clock.runTo(10_000);
    return sim.recorder.results.map(({ call, outcome }) => [
      calls.indexOf(call),
      outcome,
      call.firstByteMs,
    ]);
  };
  assert.deepEqual(run(5), run(5));
  assert.notDeepEqual(run(5), run(6));
});

Deno.test("SimServer is one server behind several transports", () => {
  const { clock, recorder, server, target, transport } = opened(
    { medianMs: 10, capacity: 1 },
  );
  const other = server.open(target, recorder);
  transport.send(testCall());
  other.send(testCall());
  clock.runTo(10);
  assert.equal(recorder.results.length, 1);
  clock.runTo(20);
  assert.equal(recorder.results.length, 2);
  assert.equal(server.requests, 2);
});

Deno.test("SimServer needs few timers when ends come in order", () => {
  const { clock, recorder, transport } = opened({ medianMs: 5 });
  for (let i = 0; i < 1000; i++) transport.send(testCall());
  clock.runTo(5);
  assert.equal(recorder.results.length, 1000);
  assert.equal(clock.asked, 1);
});

Deno.test("SimServer may be closed from inside done", async () => {
  const { clock, recorder, transport } = opened();
  recorder.onDone = () => void transport.close();
  transport.send(testCall());
  transport.send(testCall());
  clock.runTo(5);
  await transport.close();
  assert.deepEqual(recorder.outcomes.toSorted(), ["200", "aborted"]);
  assert.equal(clock.waiting, 0);
});

Deno.test("openSim() stalls once: 0.8 s at p99 of 20 s at 1,000 a second", () => {
  const clock = new StillClock();
  const recorder = new Recorder({}, clock);
  const stalls = [[10_000, 11_000]] as const;
  const open = openSim({ ...SIM_DEFAULTS, medianMs: 1, stalls });
  const transport = open(testTarget(), recorder);
  for (let ms = 0; ms < 20_000; ms++) {
    clock.runTo(ms);
    transport.send(testCall());
  }
  clock.runTo(30_000);
  const times = recorder.results.map((r) => r.call.firstByteMs)
    .sort((a, b) => a - b);
  assert.equal(times.length, 20_000);
  assert.equal(times[10_000], 1);
  assert.ok(Math.abs(times[19_800]! - 801) <= 1, `${times[19_800]}`);
});

Deno.test("parseSimUrl() reads the settings of a URL", () => {
  assert.deepEqual(parseSimUrl("http://sim/"), SIM_DEFAULTS);
  assert.deepEqual(
    parseSimUrl(
      "http://sim/?latency=20ms&sigma=0.4&errors=0.01&capacity=50&seed=7",
    ),
    {
      ...SIM_DEFAULTS,
      medianMs: 20,
      sigma: 0.4,
      errorShare: 0.01,
      capacity: 50,
      seed: 7,
      okOutcome: answer(200),
    },
  );
});

Deno.test("parseSimUrl() names what is wrong and what would be right", () => {
  for (
    const [query, message] of [
      ["latency=5", /latency=5 in the URL; expected a duration such as 5ms/],
      ["errors=2", /errors=2 .*expected a share from 0 to 1/],
      ["errors=", /errors= .*expected a share/],
      ["sigma=x", /sigma=x .*expected a number from 0 to 5/],
      ["capacity=0", /capacity=0 .*expected a whole number from 1/],
      ["seed=-1", /seed=-1 .*expected a whole number from 0/],
      ["speed=9", /speed=9 .*expected latency, sigma, errors, capacity, seed/],
    ] as const
  ) {
    assert.throws(
      () => parseSimUrl(`http://sim/?${query}`),
      (error) => error instanceof KarError && message.test(error.message),
      query,
    );
  }
});
