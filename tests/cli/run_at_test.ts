import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { sumOfDigests } from "../fixtures/digests.ts";
import { FakeSystem } from "./fake_system.ts";
import { until } from "../fixtures/until.ts";
import { START, withServer } from "./served.ts";

/** Runs with the machine's own clock, which `--at` goes by. */
async function ranNow(words: string): Promise<FakeSystem> {
  let ran!: FakeSystem;
  await withServer(words, async ({ system }) => {
    const files = { "kar.yaml": await system.readConfigFile("kar.yaml") };
    ran = new FakeSystem({ args: system.args, files, wallMs: Date.now() });
    assert.equal(await runCli(ran), 0);
  });
  return ran;
}

function reportIn({ stdout }: FakeSystem): ReportV1 {
  return JSON.parse(stdout.text);
}

/** The longest that this test gives a busy machine to get a run ready. */
const LEAD_MS_MAX = 128_000;

/** Three stripes of one traffic that are all there before it begins. */
async function threeStripes(words: string, leadMs = 2000): Promise<Striped> {
  const at = new Date(Date.now() + leadMs).toISOString();
  const parts = await Promise.all(["1/3", "2/3", "3/3"].map(async (stripe) => {
    const system = await ranNow(`${words} --at ${at} --stripe ${stripe}`);
    return { said: system.stderr.text, report: reportIn(system) };
  }));
  const isLate = parts.some(({ said }) => said.includes("kar: Joined "));
  return isLate && leadMs < LEAD_MS_MAX
    ? await threeStripes(words, 2 * leadMs)
    : { at, parts };
}

interface Striped {
  readonly at: string;
  readonly parts: readonly {
    readonly said: string;
    readonly report: ReportV1;
  }[];
}

Deno.test("kar run --at begins there, and three stripes of it are one traffic", async () => {
  const words = `--duration 500ms --start ${START} --out json=-`;
  const whole = reportIn(await ranNow(words));
  const { at, parts } = await threeStripes(words);
  for (const { said, report } of parts) {
    assert.match(said, /^kar: Begins at .*, in \d+m?\d*s$/m);
    assert.equal(Date.parse(report.begun), Date.parse(at));
    assert.equal(report.start, START);
  }
  const reports = parts.map(({ report }) => report);
  assert.equal(reports.reduce((sum, { due }) => sum + due, 0), whole.due);
  const digests = reports.map(({ arrivalsDigest }) => arrivalsDigest);
  assert.equal(sumOfDigests(digests), whole.arrivalsDigest);
});

Deno.test("kar run --at an instant that has passed joins there, and says so", async () => {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const words = `--at ${at} --duration 61m --report short`;
  await withServer(words, async ({ system }) => {
    const files = { "kar.yaml": await system.readConfigFile("kar.yaml") };
    const own = new FakeSystem({
      args: system.args,
      files,
      wallMs: Date.now(),
    });
    const ended = runCli(own);
    await until("it fires", () => own.stderr.text.includes("Firing from"));
    own.interrupt();
    assert.equal(await ended, 0);
    assert.match(own.stderr.text, /^kar: Joined 1h[\d.ms]* after the traffic/m);
  });
});

Deno.test("kar run --at more than a day ago is wrong use", () =>
  withServer("--at 2026-11-23T09:29Z", async ({ system, server }) => {
    assert.equal(await runCli(system), 2);
    assert.match(system.stderr.text, /^kar: --at .* was 24h1m ago: /);
    assert.equal((await server.stats()).total, 0);
  }));

Deno.test("kar run --start in the future says that plan time is shifted, and --at that it waits", async () => {
  const start = new Date(Date.now() + 7_200_000).toISOString();
  const shifted = await ranNow(`--duration 100ms --start ${start}`);
  const line = /^kar: Plan time is shifted: it begins 2h ahead .* --at /m;
  assert.match(shifted.stderr.text, line);
  const past = await ranNow("--duration 100ms --start 2020-01-01T00:00Z");
  assert.doesNotMatch(past.stderr.text, /shifted/);
  const both = await ranNow(`--duration 100ms --start ${start} --at +0s`);
  assert.doesNotMatch(both.stderr.text, /shifted/);
});
