import assert from "node:assert/strict";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import fc from "fast-check";
import { KarError } from "../../../src/base/mod.ts";
import type { Action } from "../../../src/run/mod.ts";
import { statusJson } from "../../../src/daemon/ask/mod.ts";
import { controlService } from "../../../src/daemon/serve/service.ts";
import { Control } from "../../../src/gen/kar/v1/control_pb.ts";
import type { RunState } from "../../../src/stats/mod.ts";
import { FakeRun } from "../support.ts";

const ABOUT = {
  name: "kar",
  version: "0.1.0",
  pid: 7,
  config: "kar.yaml",
  logFile: "",
};

interface Stage {
  readonly kept: Action[];
  readonly run: FakeRun;
  readonly client: Client<typeof Control>;
}

/** The API in memory, without a socket. */
function stage(
  state: RunState = "firing",
  reload: () => Promise<never> = () => Promise.reject(new Error("no")),
): Stage {
  const run = new FakeRun(state);
  const kept: Action[] = [];
  const service = controlService({
    about: ABOUT,
    run,
    warnings: () => ["the log is full"],
    keep: () => {
      kept.push(run.actions.at(-1)!);
      return Promise.resolve();
    },
    reload,
  });
  const transport = createRouterTransport(({ service: add }) => {
    add(Control, service);
  });
  return { kept, run, client: createClient(Control, transport) };
}

async function refusal(question: Promise<unknown>): Promise<ConnectError> {
  const error = await question.then(() => null, ConnectError.from);
  assert.ok(error !== null, "it was not refused");
  return error;
}

/** The fixture's clock stands in the middle of a slot. */
const HOLDS_MS = Math.floor(new FakeRun().nowMs / 100) * 100 + 200;

Deno.test("Control answers a change with the instant from which it holds", async () => {
  const { kept, run, client } = stage();
  const { holdsFrom } = await client.pause({});
  assert.equal(timestampMs(holdsFrom!), HOLDS_MS);
  await client.resume({});
  await client.spike({});
  await client.spike({ factor: 5, duration: { seconds: 2n, nanos: 5e8 } });
  await client.set({ key: "base", value: 200 });
  await client.set({ key: "max" });
  await client.set({ key: "scale" });
  assert.deepEqual(run.actions, [
    { kind: "pause" },
    { kind: "resume" },
    { kind: "spike", factor: undefined, durationMs: undefined },
    { kind: "spike", factor: 5, durationMs: 2500 },
    { kind: "base", value: 200 },
    { kind: "max", value: null },
    { kind: "scale", value: 1 },
  ]);
  assert.deepEqual(kept, run.actions, "each is kept before it is answered");
});

Deno.test("Control.trigger fires what is armed, resumes what is paused, and refuses the rest", async () => {
  for (
    const [state, kind] of [["armed", "fire"], ["paused", "resume"]] as const
  ) {
    const { run, client } = stage(state);
    await client.trigger({});
    assert.deepEqual(run.actions, [{ kind }]);
  }
  const { message, code } = await refusal(stage("firing").client.trigger({}));
  assert.equal(code, Code.FailedPrecondition);
  assert.match(
    message,
    /Cannot trigger: the run is firing; .* armed, paused or tripped/,
  );
});

Deno.test("Control.trigger says of a run that was triggered a moment ago that it is about to fire", async () => {
  const { run, client } = stage("armed");
  const armed = run.snapshot();
  run.snapshot = () => armed;
  await client.trigger({});
  const { message } = await refusal(client.trigger({}));
  assert.match(message, /Cannot trigger: the run is about to fire; it must/);
});

Deno.test("Control refuses values that make no sense, and says what would", async () => {
  const { run, client } = stage();
  const cases: readonly (readonly [Promise<unknown>, RegExp])[] = [
    [client.set({ key: "rate", value: 1 }), /"rate": must be one of base, max/],
    [client.set({ key: "", value: 1 }), /"": must be one of/],
    [client.set({ key: "constructor", value: 1 }), /must be one of/],
    [client.set({ key: "base", value: -1 }), /must be from 0 to 1000000/],
    [client.set({ key: "base", value: NaN }), /must be from 0 to 1000000/],
    [client.set({ key: "max", value: Infinity }), /must be from 0 to 1000000/],
    [client.set({ key: "scale", value: 1001 }), /must be from 0 to 1000/],
    [client.spike({ factor: 0.5 }), /must be from 1 to 1000/],
    [client.spike({ factor: NaN }), /must be from 1 to 1000/],
    [client.spike({ duration: { seconds: 0n } }), /must be from 100ms to 24h/],
    [client.spike({ duration: { seconds: -5n } }), /must be from 100ms to 24h/],
  ];
  for (const [question, said] of cases) {
    const { message, metadata } = await refusal(question);
    assert.match(message, said);
    assert.equal(metadata.get("kar-exit"), "usage");
  }
  assert.deepEqual(run.actions, []);
});

Deno.test("Control.set takes every amount within its bounds", () =>
  fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      async (value) => {
        const { run, client } = stage();
        await client.set({ key: "base", value });
        assert.deepEqual(run.actions, [{ kind: "base", value }]);
      },
    ),
    { seed: 98, numRuns: 50 },
  ));

Deno.test("Control.stop answers with an instant from which nothing is due, and how long it can take", async () => {
  const { run, client } = stage();
  const drained = await client.stop({});
  assert.equal(run.state, "draining");
  assert.equal(timestampMs(drained.holdsFrom!), run.endMs);
  assert.equal(drained.endsWithin?.seconds, 35n);
  const stopped = await client.stop({ now: true });
  assert.equal(run.state, "stopped");
  assert.equal(stopped.endsWithin?.seconds, 5n);
});

Deno.test("Control.stop ends all parts of a fleet's run, and this one alone where that is asked", async () => {
  const { run, client } = stage();
  const endMs = run.snapshot().nowMs + 2000;
  run.nowMs += 0.25;
  const unconfirmedAt = (ms: number) => ms === endMs ? "; not by b" : "";
  Object.assign(run, { endAll: () => Promise.resolve(endMs), unconfirmedAt });
  const all = await client.stop({});
  assert.equal(run.state, "firing", "it ends by itself at that slot");
  assert.equal(timestampMs(all.holdsFrom!), endMs);
  assert.equal(all.notConfirmed, "; not by b");
  assert.equal(all.endsWithin?.seconds, 37n);
  await client.stop({ part: true });
  assert.equal(run.state, "draining");
});

Deno.test("Control.stop says how a part ends alone where not all can be asked", async () => {
  const { run, client } = stage();
  const away = new KarError("cannotStart", "the bus is away");
  Object.assign(run, { endAll: () => Promise.reject(away) });
  const { rawMessage, metadata } = await refusal(client.stop({}));
  assert.equal(
    rawMessage,
    "the bus is away; kar stop --part ends this part alone",
  );
  assert.equal(metadata.get("kar-exit"), "cannotStart");
  assert.equal(run.state, "firing");
});

Deno.test("Control.reload hands on why a file was refused, with its exit code, and that the old plan goes on", async () => {
  const wrong = new KarError("config", "kar.yaml:2:3: url: is missing");
  const { client } = stage("firing", () => Promise.reject(wrong));
  const { rawMessage, metadata } = await refusal(client.reload({}));
  assert.equal(
    rawMessage,
    `${wrong.message}\nNot reloaded, the old plan goes on`,
  );
  assert.equal(metadata.get("kar-exit"), "config");
});

Deno.test("Control says that a bug is one, without its stack", async () => {
  const bug = () => Promise.reject(new TypeError("x is undefined"));
  const { rawMessage, code, metadata } = await refusal(
    stage("firing", bug).client.reload({}),
  );
  assert.equal(rawMessage, "a bug in kar: x is undefined");
  assert.equal(code, Code.Internal);
  assert.equal(metadata.get("kar-exit"), "bug");
});

Deno.test("Control.status says what the snapshot says", async () => {
  const { run, client } = stage();
  const snapshot = run.snapshot();
  const status = await client.status({});
  for (const key of ["due", "sent", "completed", "ok", "inFlight"] as const) {
    assert.equal(status[key], snapshot[key], key);
  }
  assert.deepEqual(status.missed, { ...snapshot.missed });
  assert.deepEqual(status.failed, { ...snapshot.failed });
  assert.equal(status.arrivalsDigest, snapshot.arrivalsDigest);
  assert.deepEqual(
    status.targets.map(({ name, healthy }) => [name, healthy]),
    snapshot.targets.map(({ name, healthy }) => [name, healthy ?? undefined]),
  );
  assert.equal(timestampMs(status.now!), Math.floor(run.nowMs));
  assert.deepEqual(status.warnings.slice(-1), ["the log is full"]);
  assert.equal(run.actions.length, 0, "reading changes nothing");
});

Deno.test("Control.status takes an instant between two milliseconds", async () => {
  const { run, client } = stage();
  run.nowMs += 0.7156;
  const { now } = await client.status({});
  assert.equal(timestampMs(now!), Math.floor(run.nowMs));
});

Deno.test("statusJson() has numbers for counts, zeros included, and nothing for what is unknown", async () => {
  const { client } = stage("armed");
  const json = statusJson(await client.status({})) as Record<string, unknown>;
  assert.equal(json.state, "armed");
  assert.equal(typeof json.due, "number");
  assert.equal(json.waiting, 0);
  assert.equal(json.logFile, "");
  assert.equal(json.startedAt, "2026-05-04T07:00:00Z");
  const targets = json.targets as { name: string; healthy?: boolean }[];
  assert.deepEqual(targets.map(({ healthy }) => healthy), [true, false, true]);
});
