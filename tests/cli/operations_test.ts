import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { until } from "../fixtures/until.ts";
import { FakeSystem } from "./fake_system.ts";
import type { Used } from "./kar.ts";
import { CONFIG, environment, type Stage, withRun } from "./operated.ts";

const ignore = Deno.build.os === "windows";

async function statusOf(use: Stage["use"]) {
  return JSON.parse((await use("status", "--json")).out);
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
      await until("it fires", async () => {
        const { state, due } = await statusOf(use);
        return state === "firing" && due > 0;
      });
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
      const capped = await use("set", "base", "5000");
      assert.equal(capped.code, 0);
      assert.match(
        capped.out,
        /: base 5000 from [^ ]+Z\n {2}max_tps 200 limits it: kar set max 5000 raises it\n$/,
      );
      assert.match((await use("set", "max", "6000")).out, /Z\n$/);
      assert.match((await use("set", "base", "6000")).out, /Z\n$/);
      assert.match(
        (await use("set", "scale", "2")).out,
        /: scale 2 from .*\n {2}max_tps 6000 limits it: kar set max 12000 /,
      );
      for (const key of ["base", "max", "scale"]) {
        assert.match(
          (await use("set", key, "plan")).out,
          /as planned from .*Z\n$/,
        );
      }
      await until("it is as planned again", async () => await rate() === 50);
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
  name:
    "kar status --watch looks again, and ends with the run, its reader or Ctrl-C",
  ignore,
  fn: () =>
    withRun(["--name", "a"], async ({ folder, use }) => {
      const env = environment(folder);
      const watch = (...words: string[]) => {
        const args = ["status", "--watch", "--json", ...words];
        const system = new FakeSystem({ args, env });
        return { system, ended: runCli(system) };
      };
      const [cancelled, outlived, unread] = [watch(), watch(), watch()];
      for (const { system } of [cancelled, outlived, unread]) {
        await until("it has looked", () => system.isTicking);
        system.tick();
        await until("it looks again", () =>
          system.stdout.text.trimEnd().split("\n").length === 2);
      }
      cancelled.system.interrupt();
      assert.equal(await cancelled.ended, 0);
      unread.system.stdout.isOpen = false;
      unread.system.tick();
      assert.equal(await unread.ended, 0);
      await use("stop");
      outlived.system.tick();
      assert.equal(await outlived.ended, 5);
      assert.match(outlived.system.stderr.text, /^kar: .*just ended/);
      for (const { system } of [cancelled, outlived, unread]) {
        assert.ok(!system.isTicking && !system.isStoppable, "nothing goes on");
      }
    }),
});

Deno.test({
  name: "kar status --watch draws over what it drew before",
  ignore,
  fn: () =>
    withRun(["--name", "a", "--armed"], async ({ folder }) => {
      const args = ["status", "--watch"];
      const env = environment(folder);
      const system = new FakeSystem({ args, env, isTerminal: true });
      const ended = runCli(system);
      await until("it has looked", () => system.isTicking);
      system.tick();
      await until("it looks again", () =>
        /^ESC\[H[^]+ESC\[K\nESC\[JESC\[H[^]+ESC\[K\nESC\[J$/
          .test(system.stdout.text.replaceAll("\x1b", "ESC")));
      system.interrupt();
      assert.equal(await ended, 0);
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
      assert.match(
        out,
        /^a: reloaded from .*\n {2}controller\.base_tps: 50 → 70\n$/,
      );
      files["kar.yaml"] = "targets: []";
      const wrong = await use("reload");
      assert.equal(wrong.code, 3);
      assert.match(
        wrong.err,
        /^kar: kar\.yaml:1:10: targets: [^]*\nNot reloaded, the old plan goes on\n$/,
      );
      files["kar.yaml"] = CONFIG.replace("base_tps: 50", "base_tps: 90");
      system.hangUp();
      await until("the signal reloads too", () =>
        system.stderr.text.includes("controller.base_tps: 70 → 90"));
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
  name:
    "kar stop tells what it waits for, and kar stop --now waits for nothing",
  ignore,
  fn: async () => {
    // Lets everyone in, and answers nobody.
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const url = `http://127.0.0.1:${silent.addr.port}/`;
    const words = [`targets=[{ name: api, url: "${url}" }]`]
      .concat("controller.shutdown_timeout=1h")
      .flatMap((setting) => ["--set", setting]);
    await withRun(["--name", "a", ...words], async ({ folder, use }) => {
      await until(
        "something is open",
        async () =>
          JSON.parse((await use("status", "--json")).out).inFlight > 0,
      );
      const system = new FakeSystem({
        args: ["stop"],
        env: environment(folder),
      });
      const ended = runCli(system);
      await until(
        "it waits",
        () =>
          /^a: draining from .*\na: draining, \d+ open\n/.test(
            system.stdout.text,
          ),
      );
      const { out } = await use("stop", "--now");
      assert.match(out, /^a: stopping from .*\na: stopped\n$/);
      assert.equal(await ended, 0);
      assert.match(system.stdout.text, /\na: stopped\n$/);
    });
  },
});

Deno.test("kar status and the like say that Windows is not supported", async () => {
  const commands =
    "status logs trigger pause resume spike set_base_5 reload stop".split(" ");
  for (const command of commands) {
    const { code, err } = await onWindows(command.split("_"));
    assert.equal(code, 2, command);
    assert.match(err, /^kar: Not supported on Windows: .*\n$/, command);
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
