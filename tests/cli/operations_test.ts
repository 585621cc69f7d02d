import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { envIn, until, withFolder } from "../daemon/support.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar, type Used } from "./kar.ts";

/*
 * The commands that operate a run, against the real engine in this process.
 * Its target is a port that refuses: nobody needs an answer here.
 */

const ignore = Deno.build.os === "windows";

const CONFIG = `targets: [{ name: api, url: "http://127.0.0.1:1/" }]
controller: { base_tps: 50, max_tps: 200, ramp_up_duration: 0s, shutdown_timeout: 2s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
`;

/** Values for a fake process whose folders are the test's own. */
function environment(folder: string): Record<string, string> {
  const env = envIn(folder);
  return Object.fromEntries(
    ["XDG_RUNTIME_DIR", "XDG_STATE_HOME"].map((name) => [name, env(name)!]),
  );
}

interface Stage {
  readonly folder: string;
  readonly system: FakeSystem;
  readonly files: Record<string, string>;
  readonly use: (...args: string[]) => Promise<Used>;
}

/** Runs kar beside the test until it is told to stop. */
async function withRun(
  words: readonly string[],
  test: (stage: Stage) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const env = environment(folder);
    const files = { "kar.yaml": CONFIG };
    const args = ["run", "-c", "kar.yaml", ...words];
    const system = new FakeSystem({ args, env, files });
    const use = (...args: string[]) => kar(args, { env, files });
    const ended = runCli(system);
    try {
      await until(
        "it can be operated",
        async () => (await use("status")).code === 0,
      );
      await test({ folder, system, files, use });
    } finally {
      system.interrupt();
      await ended;
    }
  });
}

async function dueOf(use: Stage["use"]): Promise<number> {
  return JSON.parse((await use("status", "--json")).out).due;
}

Deno.test({
  name:
    "kar trigger, pause and resume tell from when they hold, and refuse what makes no sense",
  ignore,
  fn: () =>
    withRun(["--armed"], async ({ use }) => {
      const name = `run-${Deno.pid}`;
      const instant = "from 20\\d\\d-[-\\dT:.]+Z\\n$";
      assert.match(
        (await use("trigger")).out,
        new RegExp(`^${name}: firing ${instant}`),
      );
      await until("something is due", async () => await dueOf(use) > 0);
      const again = await use("trigger");
      assert.equal(again.code, 2);
      assert.match(again.err, /Cannot trigger: the run is firing/);
      assert.match(
        (await use("pause")).out,
        new RegExp(`^${name}: paused ${instant}`),
      );
      assert.equal((await use("pause")).code, 2);
      assert.match((await use("resume")).out, /: resumed from /);
      assert.equal((await use("resume")).code, 2);
    }),
});

Deno.test({
  name: "kar spike and kar set change the rate, and kar set takes it back",
  ignore,
  fn: () =>
    withRun([], async ({ use }) => {
      const rate = async () =>
        JSON.parse((await use("status", "--json")).out).plannedRate;
      assert.match((await use("set", "base", "80")).out, /: base 80 from /);
      await until("it holds", async () => await rate() === 80);
      assert.equal((await use("set", "scale", "0.5")).code, 0);
      await until("it is scaled", async () => await rate() === 40);
      assert.match((await use("set", "base", "plan")).out, /base as planned/);
      assert.match((await use("set", "scale", "plan")).out, /scale as planned/);
      await until("it is as planned", async () => await rate() === 50);
      const { out } = await use("spike", "--factor", "4", "--duration", "5s");
      assert.match(out, /: spike from /);
      await until("it rises", async () => await rate() > 100);
      const tooMuch = await use("set", "base", "1000001");
      assert.equal(tooMuch.code, 2);
      assert.match(tooMuch.err, /must be from 0 to 1000000/);
      assert.equal((await use("set", "rate", "1")).code, 2);
      assert.equal((await use("set", "base", "-1")).code, 2);
      assert.equal((await use("spike", "--factor", "0")).code, 2);
    }),
});

Deno.test({
  name: "kar status shows one message, as text and as JSON",
  ignore,
  fn: () =>
    withRun(["--name", "soak"], async ({ use, folder }) => {
      await until("something failed", async () =>
        JSON.parse((await use("status", "--json")).out).completed > 0);
      const { out } = await use("status");
      assert.match(out, /^soak {2}firing baseline {2}00:00:\d\d\n/);
      assert.match(out, /\n {2}rate +[\d.]+\/s sent, 50\.0\/s planned\n/);
      assert.match(out, /\n {2}failed +refused [×x]\d+\n/);
      assert.ok(out.includes(`log ${folder}/state/kar98k/soak.log`));
      const json = JSON.parse((await use("status", "--json")).out);
      assert.deepEqual([json.name, json.state], ["soak", "firing"]);
      assert.equal(json.targets[0].name, "api");
    }),
});

Deno.test({
  name: "kar status --watch looks again, and ends with the run or with Ctrl-C",
  ignore,
  fn: () =>
    withRun(["--name", "a"], async ({ folder, use }) => {
      const env = environment(folder);
      const watch = (...words: string[]) => {
        const args = ["status", "--watch", "--json", ...words];
        const system = new FakeSystem({ args, env });
        return { system, ended: runCli(system) };
      };
      const [cancelled, outlived] = [watch(), watch()];
      for (const { system } of [cancelled, outlived]) {
        await until("it has looked", () => system.isTicking);
        system.tick();
        await until("it looks again", () =>
          system.stdout.text.trimEnd().split("\n").length === 2);
      }
      cancelled.system.interrupt();
      assert.equal(await cancelled.ended, 0);
      await use("stop");
      outlived.system.tick();
      assert.equal(await outlived.ended, 5);
      assert.match(outlived.system.stderr.text, /^kar: .*just ended/);
      for (const { system } of [cancelled, outlived]) {
        assert.ok(!system.isTicking && !system.isStoppable, "nothing goes on");
      }
    }),
});

Deno.test({
  name:
    "kar reload takes the file as it is now, and a wrong one changes nothing",
  ignore,
  fn: () =>
    withRun(["--name", "a"], async ({ files, system, use }) => {
      files["kar.yaml"] = CONFIG.replace("base_tps: 50", "base_tps: 70");
      const { out } = await use("reload");
      assert.match(out, /^a: reloaded from .*\n {2}pattern\.base: 50 → 70\n$/);
      files["kar.yaml"] = "targets: []";
      const wrong = await use("reload");
      assert.equal(wrong.code, 3);
      assert.match(wrong.err, /^kar: kar\.yaml:1:10: targets: /);
      files["kar.yaml"] = CONFIG.replace("base_tps: 50", "base_tps: 90");
      system.hangUp();
      await until("the signal reloads too", () =>
        system.stderr.text.includes("pattern.base: 70 → 90"));
    }),
});

Deno.test({
  name: "kar stop waits until the run has ended",
  ignore,
  fn: () =>
    withRun(["--name", "a"], async ({ use }) => {
      assert.match(
        (await use("stop")).out,
        /^a: draining from .*\na: stopped\n$/,
      );
      const { code, err } = await use("status", "--name", "a");
      assert.equal(code, 5);
      assert.match(err, /"a" is not running: nothing answers at .*a\.sock/);
    }),
});

Deno.test({
  name: "kar logs shows the log of a run, and of one that has ended",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const env = environment(folder);
      const use = (...args: string[]) =>
        kar(args, { env, files: { "kar.yaml": CONFIG } });
      const none = await use("logs");
      assert.equal(none.code, 5);
      assert.match(none.err, /There is no log: .*\/state\/kar98k/);
      await use("run", "-c", "kar.yaml", "--duration", "300ms", "--name", "a");
      const { code, out } = await use("logs");
      assert.equal(code, 0);
      assert.match(out, / info {2}Plan [0-9a-f]{16}, seed 98\n/);
      assert.match(out, / info {2}Stopped\n/);
      assert.equal((await use("logs", "-n", "2")).out.split("\n").length, 3);
      await use("run", "-c", "kar.yaml", "--duration", "300ms", "--name", "b");
      const several = await use("logs");
      assert.equal(several.code, 2);
      assert.match(several.err, /There are several: a, b; .*--name/);
      assert.equal((await use("logs", "--name", "b")).code, 0);
      const unknown = await use("logs", "--name", "c");
      assert.equal(unknown.code, 5);
      assert.match(unknown.err, /no c\.log in/);
    }),
});

Deno.test({
  name: "kar logs --follow goes on until Ctrl-C",
  ignore,
  fn: () =>
    withRun(["--name", "a", "--armed"], async ({ folder, use }) => {
      const system = new FakeSystem({
        args: ["logs", "-f", "-n", "1"],
        env: environment(folder),
      });
      const ended = runCli(system);
      await until("it follows", () => system.isStoppable);
      await use("trigger");
      await until("the new line is there", () =>
        / info {2}Fire from /.test(system.stdout.text));
      system.interrupt();
      assert.equal(await ended, 0);
    }),
});

Deno.test({
  name: "kar logs says that a run without a name keeps none",
  ignore,
  fn: () =>
    withRun(["--armed"], async ({ use }) => {
      const { code, err } = await use("logs");
      assert.equal(code, 2);
      assert.match(err, /keeps no log: .* --name/);
    }),
});

Deno.test({
  name:
    "kar run --resume goes on with state and totals, and with a seed that was drawn",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const env = environment(folder);
      const files = { "kar.yaml": `${CONFIG}seed: random\n` };
      const run = (...words: string[]) => {
        const args = ["run", "-c", "kar.yaml", "--name", "a", ...words];
        const system = new FakeSystem({ args, env, files });
        // Every process draws another one.
        const drawSeed = () => 1000 + words.length;
        return { system, ended: runCli({ ...system, drawSeed }) };
      };
      const use = (...args: string[]) => kar(args, { env, files });
      const status = async () =>
        JSON.parse((await use("status", "--json")).out || "{}");
      const first = run();
      await until("it has sent", async () => (await status()).sent > 5);
      await use("pause");
      await use("stop");
      assert.equal(await first.ended, 6);
      const second = run("--resume");
      await until(
        "it is back",
        async () => (await status()).state === "paused",
      );
      const { due, planId, seed } = await status();
      const before = /Plan ([0-9a-f]+), seed (\d+)/.exec(
        first.system.stderr.text,
      )!;
      assert.deepEqual([planId, String(seed)], before.slice(1));
      assert.match(second.system.stderr.text, /Goes on from what was saved at/);
      assert.ok(due > 5, `${due}`);
      await use("resume");
      await until("it sends again", async () => (await status()).sent > due);
      second.system.interrupt();
      await second.ended;
    }),
});

Deno.test({
  name:
    "kar run --resume begins the first time, and refuses what it cannot read",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const env = environment(folder);
      const run = (...words: string[]) =>
        kar(["run", "-c", "kar.yaml", "--duration", "200ms", ...words], {
          env,
          files: { "kar.yaml": CONFIG },
        });
      assert.equal((await run("--resume")).code, 6);
      const path = `${folder}/state/kar98k/kar.json`;
      await Deno.writeTextFile(path, "{}");
      const refused = await run("--resume");
      assert.equal(refused.code, 4);
      assert.match(refused.err, /Cannot resume from .*kar\.json: .* remove it/);
      const contradiction = await run(
        "--resume",
        "--start",
        "2026-11-24T09:00",
      );
      assert.equal(contradiction.code, 2);
      assert.match(contradiction.err, /--resume .* --start/);
      for (const name of ["", "../x", "a b", "-x", "x".repeat(33)]) {
        const { code, err } = await run(`--name=${name}`);
        assert.equal(code, 2, name);
        assert.match(err, /must be 1 to 32 letters, digits, - or _/);
      }
    }),
});

Deno.test({
  name: "kar run --log-format json writes objects, each on its line",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { err } = await kar(
        ["run", "-c", "kar.yaml", "--duration", "300ms"].concat(
          ["--log-format", "json", "--name", "a"],
        ),
        { env: environment(folder), files: { "kar.yaml": CONFIG } },
      );
      const lines = err.trimEnd().split("\n").slice(0, -1);
      const messages = lines.map((line) => JSON.parse(line).message);
      assert.match(messages[0], /^Plan /);
      const log = await Deno.readTextFile(`${folder}/state/kar98k/a.log`);
      const logged = log.trimEnd().split("\n").map((line) => JSON.parse(line));
      assert.equal(logged.at(-1).state, "stopped");
      assert.equal(typeof logged.at(-1).due, "number");
    }),
});

Deno.test({
  name: "kar run goes on when nobody can operate it, unless it has a name",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/run`, "in the way");
      const options = {
        env: environment(folder),
        files: { "kar.yaml": CONFIG },
      };
      const words = ["run", "-c", "kar.yaml", "--duration", "200ms"];
      const unnamed = await kar(words, options);
      assert.equal(unnamed.code, 6);
      assert.match(
        unnamed.err,
        /Nobody can operate this run: Cannot use folder/,
      );
      const named = await kar([...words, "--name", "a"], options);
      assert.equal(named.code, 4);
      assert.match(named.err, /^kar: Cannot use folder /);
      assert.equal(named.out, "");
    }),
});

Deno.test("kar status and the like say that Windows is not supported", async () => {
  for (const command of ["status", "pause", "stop", "reload"]) {
    const { code, err } = await onWindows([command]);
    assert.equal(code, 2, command);
    assert.match(err, /[Nn]ot supported on Windows/);
  }
  const started = await onWindows([
    "start",
    "--daemon",
    "--config",
    "kar.yaml",
  ]);
  assert.equal(started.code, 2);
  assert.match(started.err, /not supported on Windows/);
});

async function onWindows(args: readonly string[]): Promise<Used> {
  const system = new FakeSystem({ args });
  const windows = { ...system.runtime, os: "windows" };
  const code = await runCli({ ...system, runtime: windows });
  return { code, out: system.stdout.text, err: system.stderr.text };
}
