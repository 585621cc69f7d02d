import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { until } from "../fixtures/until.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar } from "./kar.ts";
import { CONFIG, environment, withRun } from "./operated.ts";

/*
 * What a run leaves behind, and what a later one makes of it.
 */

const ignore = Deno.build.os === "windows";

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
      assert.match(none.err, /No log: .*\/state\/kar98k/);
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
      assert.match(unknown.err, /no c\.log is in/);
    }),
});

Deno.test({
  name: "kar logs --follow goes on until Ctrl-C, or until nobody reads",
  ignore,
  fn: () =>
    withRun(["--name", "a", "--armed"], async ({ folder, use }) => {
      const logs = () => {
        const args = ["logs", "-f", "-n", "1"];
        const system = new FakeSystem({ args, env: environment(folder) });
        return { system, ended: runCli(system) };
      };
      const [read, unread] = [logs(), logs()];
      await until(
        "they follow",
        () => read.system.isStoppable && unread.system.isStoppable,
      );
      unread.system.stdout.isOpen = false;
      await use("trigger");
      await until("the new line is there", () =>
        / info {2}Fire from /.test(read.system.stdout.text));
      assert.equal(await unread.ended, 0);
      read.system.interrupt();
      assert.equal(await read.ended, 0);
    }),
});

Deno.test({
  name: "kar logs says that a run without a name keeps none",
  ignore,
  fn: () =>
    withRun(["--armed"], async ({ use }) => {
      const { code, err } = await use("logs");
      assert.equal(code, 2);
      assert.match(err, /has no log file: .* --name/);
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
      assert.match(
        second.system.stderr.text,
        /Resumed from the state saved at/,
      );
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
        /Control API disabled: Cannot use folder/,
      );
      const named = await kar([...words, "--name", "a"], options);
      assert.equal(named.code, 4);
      assert.match(named.err, /^kar: Cannot use folder /);
      assert.equal(named.out, "");
    }),
});
