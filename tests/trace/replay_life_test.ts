import assert from "node:assert/strict";
import { join } from "node:path";
import { runCli } from "../../src/cli/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { KAR, kar } from "../cli/kar.ts";
import { environment } from "../cli/operated.ts";
import { withFolder } from "../daemon/support.ts";
import { until } from "../fixtures/until.ts";
import { LoggingServer } from "../verify/logging_server.ts";
import { linesOf, MONDAY_MS, steady, visitsOf } from "../learn/made_log.ts";

/*
 * A replay that is stopped, killed, resumed, reloaded, sent in parts.
 */

const ignore = Deno.build.os === "windows";
/** Longer than any machine takes for what happens meanwhile. */
const SECONDS = 600;
const REQUESTS = visitsOf(
  { pattern: steady(3), fromMs: MONDAY_MS, seconds: SECONDS },
).filter(({ method }) => method === "GET");
const FIRST_MS = Math.min(...REQUESTS.map(({ startMs }) => startMs));

/** How many requests the log has before so long after its first one. */
function dueIn(elapsedMs: number): number {
  return REQUESTS.filter(({ startMs }) => startMs - FIRST_MS < elapsedMs)
    .length;
}

interface Stage {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly log: string;
  /** What every replay of it has. */
  readonly args: readonly string[];
  /** What the server has logged. */
  readonly lines: readonly string[];
}

async function withLog(use: (stage: Stage) => Promise<void>): Promise<void> {
  await using server = new LoggingServer();
  await withFolder(async (folder) => {
    const log = join(folder, "access.log");
    await Deno.writeTextFile(log, linesOf(REQUESTS, "caddy"));
    const { origin } = new URL(server.url);
    const args = ["--target", origin, "--keep-paths", "--zone", "UTC"];
    const { lines } = server;
    await use({ folder, env: environment(folder), log, args, lines });
  });
}

/** A replay beside the test, until it is told to stop. */
function start({ env, log, args }: Stage, ...words: string[]) {
  const system = new FakeSystem({
    args: ["replay", log, ...args, "--quiet", "--report", "short", ...words],
    env,
    wallMs: Date.now(),
  });
  return { system, ended: runCli(system) };
}

/** How many requests were due of the one that goes on; −1 = none goes on. */
async function dueOf({ env }: Stage): Promise<number> {
  const { code, out } = await kar(["status", "--json"], { env });
  return code === 0 ? JSON.parse(out).due : -1;
}

/** Resumes; what was due before is told at once. */
async function resumed(stage: Stage, words: readonly string[]) {
  const second = start(stage, ...words, "--resume");
  let before = -1;
  await until("it goes on", async () => (before = await dueOf(stage)) >= 0);
  return { before, second };
}

/** Traces that go with their replays. */
function temporary(folder: string): string[] {
  try {
    const path = join(folder, "state/kar98k/temporary");
    return [...Deno.readDirSync(path)].map(({ name }) => name)
      .filter((name) => name.includes("kartrace"));
  } catch {
    return [];
  }
}

Deno.test({
  name:
    "a replay that was stopped goes on where its trace is now; what both sent and what lies between is the trace",
  ignore,
  fn: () =>
    withLog(async (stage) => {
      const { folder, env, log, args } = stage;
      const record = join(folder, "run.kar");
      const kept = ["--name", "life", "--record", record];
      const first = start(stage, ...kept);
      await until("some were sent", async () => await dueOf(stage) >= 3);
      assert.notDeepEqual(temporary(folder), []);
      first.system.interrupt();
      await first.ended;
      assert.deepEqual(temporary(folder), []);

      const others = start(stage, ...kept, "--resume", "--rate", "2");
      assert.equal(await others.ended, 2);
      assert.match(
        others.system.stderr.text,
        /Cannot resume: what was saved is of plan [0-9a-f]{16}.*--rate/,
      );
      const { before, second } = await resumed(stage, kept);
      assert.ok(before >= 3);
      await until(
        "more was sent",
        async () => await dueOf(stage) >= before + 3,
      );
      second.system.interrupt();
      await second.ended;
      const end = ["--resume", "--name", "life", "-d", "1s"];
      const over = await kar(["replay", log, ...args, ...end], {
        env,
        wallMs: Date.now(),
      });
      assert.equal(over.code, 2, over.err);
      assert.match(over.err, /would have come to its end at .*begin anew/);

      const trace = join(folder, "t.kartrace");
      await kar(["replay", log, ...args, "--digest", "--save", trace], { env });
      const merged = await kar([
        ...["merge", record, "--trace", trace, "--out", "json=-"],
      ]);
      const report = JSON.parse(merged.out);
      const holes: { due: number; why: string }[] = report.holes;
      assert.deepEqual(holes.map(({ why }) => why), ["stopped"], merged.err);
      const due = holes.reduce((sum, hole) => sum + hole.due, report.due);
      assert.equal(due, dueIn(report.durationMs));
    }),
});

Deno.test({
  name:
    "a replay that was killed goes on, its trace is removed, and its server's log proves what it sent",
  ignore,
  fn: () =>
    withLog(async (stage) => {
      const { folder, env, log, args, lines } = stage;
      const [program, ...words] = KAR;
      const record = join(folder, "run.kar");
      const kept = ["--name", "life", "--record", record];
      const run = new Deno.Command(program, {
        args: [...words, "replay", log, ...args, ...kept],
        env,
        ...{ stdout: "null", stderr: "null" },
      }).spawn();
      await until("some came", () => lines.length >= 9);
      run.kill("SIGKILL");
      await run.status;
      assert.notDeepEqual(temporary(folder), []);
      const { before, second: next } = await resumed(stage, kept);
      await until(
        "more was sent",
        async () => await dueOf(stage) >= before + 3,
      );
      assert.equal(
        new Set(
          temporary(folder)
            .map((name) => name.replace(".lock", "")),
        ).size,
        1,
      );
      const reload = await kar(["reload"], { env });
      assert.equal(reload.code, 2);
      assert.match(reload.err, /A replay cannot be reloaded: .*start another/);
      next.system.interrupt();
      await next.ended;
      assert.deepEqual(temporary(folder), []);
      const trace = join(folder, "t.kartrace");
      await kar(["replay", log, ...args, "--digest", "--save", trace], { env });
      const server = join(folder, "server.log");
      await Deno.writeTextFile(server, `${lines.join("\n")}\n`);
      const verified = await kar([
        ...["verify", record, server, "--trace", trace, "--json"],
      ]);
      assert.equal(verified.code, 0, verified.err);
      const { counts } = JSON.parse(verified.out);
      assert.equal(counts.result, "proved", verified.out);
    }),
});

Deno.test({
  name:
    "kar merge of two parts of one replay is the whole trace; without one part its hole is what the trace says",
  ignore,
  fn: () =>
    withLog(async (stage) => {
      const { folder, env, log, args } = stage;
      const trace = join(folder, "t.kartrace");
      await kar(["replay", log, ...args, "--digest", "--save", trace], { env });
      const files = ["1/2", "2/2"].map((part) =>
        join(folder, `${part[0]}.kar`)
      );
      const start = ["--start", "2026-11-24T09:00:00Z", "-d", "2s"];
      const { digest, whole } = saidOf(
        await kar(["replay", log, ...args, ...start, "--digest"], { env }),
      );
      assert.ok(whole > 0);
      const at = new Date(Date.now() + 5000).toISOString();
      const sent = await Promise.all(files.map((file, i) =>
        kar([
          ...["replay", log, ...args, ...start, "--at", at, "--quiet"],
          ...["--stripe", `${i + 1}/2`, "--record", file],
        ], { env, wallMs: Date.now() })
      ));
      // The sample server has not all of the paths.
      for (const { code, err } of sent) assert.ok([0, 7].includes(code), err);
      const both = await kar(["merge", ...files, "--out", "json=-"]);
      assert.ok([0, 7].includes(both.code), both.err);
      const report = JSON.parse(both.out);
      const late = report.holes.reduce(
        (sum: number, hole: { due: number }) => sum + hole.due,
        0,
      );
      assert.equal(report.due + late, whole);
      if (late === 0) assert.equal(report.arrivalsDigest, digest);

      const without = await kar(["merge", files[0]!, "--out", "json=-"]);
      assert.equal(without.code, 4);
      assert.match(without.err, /trace of the replay is not at .*--trace FILE/);
      const merged = join(folder, "all.kar");
      const one = await kar([
        ...["merge", files[0]!, "--trace", trace, "--out", "json=-"],
        ...["--record", merged],
      ]);
      const { due, holes } = JSON.parse(one.out);
      const missing = holes.reduce(
        (sum: number, hole: { due: number }) => sum + hole.due,
        0,
      );
      assert.equal(due + missing, whole);
      const span = ["--from", "2026-11-24T09:00:01Z", "--trace", trace];
      const part = await kar(["report", merged, ...span, "--out", "json=-"]);
      assert.equal(part.code, 0, part.err);
    }),
});

function saidOf({ out }: { readonly out: string }) {
  return {
    digest: /digest +([0-9a-f]{16})/.exec(out)?.[1],
    whole: Number(/arrivals (\d+)/.exec(out)?.[1]),
  };
}
