import assert from "node:assert/strict";
import { kar, type Used } from "./kar.ts";

const CONFIG = `
targets:
  - { name: api, url: "http://127.0.0.1:1/" }
controller:
  base_tps: 50
  max_tps: 500
  schedule:
    - { from: "11:00", to: "11:30", tps_multiplier: 0 }
timezone: Europe/Berlin
pattern:
  poisson: { lambda: 0.05, spike_factor: 3 }
`;

const FILES = { "kar.yaml": CONFIG, "random.yaml": `${CONFIG}seed: random\n` };

function simulate(...args: string[]): Promise<Used> {
  return kar(["simulate", "--config", "kar.yaml", ...args], {
    files: FILES,
    wallMs: Date.UTC(2026, 10, 24, 9, 30, 12, 345),
  });
}

async function simulated(...args: string[]): Promise<string> {
  const { code, out, err } = await simulate(...args);
  assert.deepEqual([code, err], [0, ""]);
  return out;
}

async function rowsOf(...args: string[]): Promise<string[][]> {
  const out = await simulated("--format", "csv", ...args);
  return out.trimEnd().split("\n").map((line) => line.split(","));
}

Deno.test("kar simulate prints a plot without colour where nobody looks", async () => {
  const out = await simulated("--duration", "1h");
  assert.match(out, /peak .*\n.*trough/);
  assert.ok(!out.includes("\x1b"));
});

Deno.test("kar simulate is coloured on a terminal, but not against NO_COLOR", async () => {
  const args = ["simulate", "-c", "kar.yaml", "--duration", "1h"];
  const on = { files: FILES, isTerminal: true };
  const env = { TERM: "xterm-256color" };
  const plain = { ...env, NO_COLOR: "1" };
  assert.ok((await kar(args, { ...on, env })).out.includes("\x1b["));
  assert.ok(!(await kar(args, { ...on, env: plain })).out.includes("\x1b["));
});

Deno.test("kar simulate begins at the top of this hour", async () => {
  const [, first] = await rowsOf("--duration", "10m");
  assert.equal(first![0], "2026-11-24T09:00:00Z");
});

Deno.test("kar simulate covers 24 hours in rows of 5 minutes unless told otherwise", async () => {
  assert.equal((await rowsOf()).length, 1 + 288);
  const rows = await rowsOf("--duration", "3m", "--resolution", "1m");
  assert.deepEqual(
    rows.slice(1).map(([time]) => time),
    ["2026-11-24T09:00:00Z", "2026-11-24T09:01:00Z", "2026-11-24T09:02:00Z"],
  );
});

for (
  const [duration, rows, step] of [
    ["10s", 100, "100ms"],
    ["1m", 120, "500ms"],
    ["3m", 90, "2s"],
    ["10m", 120, "5s"],
    ["1h", 120, "30s"],
    ["6h", 72, "5m"],
    ["168h", 2016, "5m"],
  ] as const
) {
  Deno.test(`kar simulate draws ${duration} in rows of ${step}, unless told otherwise`, async () => {
    assert.equal((await rowsOf("--duration", duration)).length, 1 + rows);
  });
}

Deno.test("kar simulate --format csv has the documented columns", async () => {
  const [head] = await rowsOf("--duration", "5m");
  assert.equal(
    head!.join(","),
    "time,rate,expected,schedule,ramp,spike,noise,phase,trend,scenario,calendar,drift,burst,irregular",
  );
});

Deno.test("kar simulate --start without an offset is time in the plan's zone", async () => {
  const rows = await rowsOf(
    "--start",
    "2026-11-24T10:55",
    "--duration",
    "10m",
    "--resolution",
    "5m",
  );
  assert.deepEqual(rows.slice(1).map(([time]) => time), [
    "2026-11-24T09:55:00Z",
    "2026-11-24T10:00:00Z",
  ]);
  // The schedule's half hour of silence begins at eleven in Berlin.
  assert.ok(Number(rows[1]![1]) > 10);
  assert.equal(Number(rows[2]![1]), 0);
});

Deno.test("kar simulate --format json is one document", async () => {
  const out = await simulated(
    "--format",
    "json",
    "--duration",
    "15m",
    "--resolution",
    "5m",
  );
  const { version, zone, rows, total } = JSON.parse(out);
  assert.deepEqual([version, zone, rows.length], [1, "Europe/Berlin", 3]);
  assert.ok(total > 0);
});

Deno.test("kar simulate --seed changes the traffic, and only then", async () => {
  const span = ["--duration", "1h"];
  const one = await simulated(...span, "--seed", "1");
  assert.equal(await simulated(...span, "--seed", "1"), one);
  assert.notEqual(await simulated(...span, "--seed", "2"), one);
});

Deno.test("kar simulate tells a seed that was drawn, so that it can be used again", async () => {
  const args = ["--duration", "10m", "--format", "csv"];
  const drawn = await kar(["simulate", "-c", "random.yaml", ...args], {
    files: FILES,
    wallMs: Date.UTC(2026, 10, 24, 9, 30),
  });
  assert.match(drawn.err, /^kar: Seed 424242 was drawn; --seed 424242/);
  assert.equal(drawn.out, await simulated(...args, "--seed", "424242"));
});

Deno.test("kar simulate --set changes one key", async () => {
  const rows = await rowsOf(
    "--duration",
    "5m",
    "--set",
    "controller.max_tps=50",
    "controller.base_tps=50",
    "pattern.noise.enabled=false",
  );
  assert.ok(rows.slice(1).every(([, rate]) => Number(rate) <= 50));
});

Deno.test("kar simulate --digest prints sixteen digits, the same each time", async () => {
  const args = ["--digest", "--duration", "5m"];
  const digest = await simulated(...args);
  assert.match(digest, /^[0-9a-f]{16}\n$/);
  assert.equal(await simulated(...args), digest);
  assert.notEqual(await simulated(...args, "--seed", "2"), digest);
  assert.notEqual(await simulated("--digest", "--duration", "5m1s"), digest);
});

Deno.test("kar simulate --digest --format json tells of what it is the digest", async () => {
  const args = ["--digest", "--duration", "5m"];
  const facts = JSON.parse(await simulated(...args, "--format", "json"));
  assert.equal(facts.start, "2026-11-24T09:00:00Z");
  assert.equal(facts.durationMs, 300_000);
  assert.ok(facts.arrivals > 0);
  assert.equal(`${facts.arrivalsDigest}\n`, await simulated(...args));
});

Deno.test("kar simulate --digest has no csv form", async () => {
  const { code, err } = await simulate("--digest", "--format", "csv");
  assert.equal(code, 2);
  assert.match(err, /text or json/);
});

Deno.test("kar simulate refuses more rows than anyone reads", async () => {
  const { code, err } = await simulate("--resolution", "100ms");
  assert.equal(code, 2);
  assert.match(err, /coarser resolution/);
});

Deno.test("kar simulate refuses an override of a key that is not there", async () => {
  const { code, err } = await simulate("--set", "controler.base_tps=1");
  assert.equal(code, 2);
  assert.match(err, /did you mean controller\?/);
});

Deno.test("kar simulate of a file that is not there names it and exits 3", async () => {
  const { code, err } = await kar(["simulate", "-c", "nowhere.yaml"]);
  assert.equal(code, 3);
  assert.match(err, /^kar: nowhere\.yaml: /);
});
