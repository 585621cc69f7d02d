import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { ask } from "../../src/daemon/ask/mod.ts";
import {
  DaemonHost,
  type DaemonHostOptions,
  findRunning,
  readSaved,
} from "../../src/daemon/mod.ts";
import { Observers } from "../../src/observer/mod.ts";
import { envIn, FakeRun, Told, withFolder } from "./support.ts";
import { until } from "../fixtures/until.ts";
import { config, MINIMAL } from "../config/support.ts";

const CONFIG = config(MINIMAL);
const withBase = (base: number) =>
  config(MINIMAL, ["controller.base_tps", String(base)]);

const ignore = Deno.build.os === "windows";

interface Stage {
  readonly folder: string;
  readonly run: FakeRun;
  readonly host: DaemonHost;
  readonly manager: Told;
  readonly shown: string[];
  readonly options: DaemonHostOptions;
}

async function withDaemonHost(
  use: (stage: Stage) => Promise<void>,
  change: Partial<DaemonHostOptions> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const run = new FakeRun();
    const manager = new Told();
    const shown: string[] = [];
    const observers = new Observers({ every: () => () => {} });
    const options: DaemonHostOptions = {
      env: envIn(folder),
      pid: 7,
      name: "a",
      keeps: "state",
      version: "0.1.0",
      config: "kar.yaml",
      logFormat: "text",
      notifier: manager,
      first: CONFIG,
      readPlan: (plan) =>
        Promise.resolve({ config: CONFIG, plan, variables: {} }),
      tell: observers.say,
      ...change,
    };
    const host = await DaemonHost.open(options);
    observers.add(...host.observers, {
      name: "person",
      line: ({ message }) => void shown.push(message),
    });
    try {
      await host.serve(run);
      await observers.begun(run, () => {});
      await use({ folder, run, host, manager, shown, options });
    } finally {
      await observers.ended(run.snapshot());
      await observers.close();
      await host.close();
    }
  });
}

const logOf = (folder: string) =>
  Deno.readTextFile(`${folder}/state/kar98k/a.log`);

Deno.test({
  name: "DaemonHost lets others operate a run, and says when it is ready",
  ignore,
  fn: () =>
    withDaemonHost(async ({ run, manager, options }) => {
      assert.deepEqual(manager.lines.slice(0, 2), ["READY=1", "MAINPID=7"]);
      assert.match(manager.lines[2]!, /^STATUS=.*firing/);
      const { name, socket } = await findRunning(options.env);
      assert.equal(name, "a");
      await ask(socket, (client) => client.pause({}));
      assert.deepEqual(run.actions, [{ kind: "pause" }]);
      const status = await ask(socket, (client) => client.status({}));
      assert.deepEqual(
        [status.name, status.pid, status.config, status.state],
        ["a", 7, "kar.yaml", "paused"],
      );
      assert.match(status.logFile, /\/state\/kar98k\/a\.log$/);
    }),
});

Deno.test({
  name: "DaemonHost gives everything back, and leaves state and log",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const options = { env: envIn(folder), keeps: "state" as const };
      for (let round = 1; round <= 2; round++) {
        await withDaemonHost(async ({ host, run }) => {
          host.record(`round ${round}`);
          await run.apply({ kind: "spike", factor: 2, durationMs: 1000 });
        }, options);
        const saved = await readSaved(options.env, "a");
        const { actions } = saved?.run.body as { actions: number };
        assert.equal(actions, 1);
      }
      assert.match(
        await logOf(folder),
        /info {2}round 1\n[^]*info {2}round 2\n/,
      );
      assert.deepEqual([...Deno.readDirSync(`${folder}/run/kar98k`)], []);
    }),
});

Deno.test({
  name:
    "DaemonHost refuses a name that is in use, also from another runtime folder",
  ignore,
  fn: () =>
    withDaemonHost(async ({ folder, options }) => {
      const expected = { message: /"a" is already running/ };
      await assert.rejects(DaemonHost.open(options), expected);
      const elsewhere = (name: string) =>
        name === "XDG_RUNTIME_DIR" ? `${folder}/other` : options.env(name);
      await assert.rejects(
        DaemonHost.open({ ...options, env: elsewhere }),
        expected,
      );
      const unkept = { ...options, env: elsewhere, keeps: "nothing" } as const;
      await (await DaemonHost.open(unkept)).close();
    }),
});

Deno.test({
  name:
    "DaemonHost.reload() takes the plan of the file, and tells what is different",
  ignore,
  fn: () =>
    withDaemonHost(async ({ folder, run, host, manager, shown }) => {
      manager.lines.length = 0;
      const { holdsFromMs, changes } = await host.reload();
      assert.ok(holdsFromMs > run.nowMs);
      assert.deepEqual(changes, ["controller.base_tps: 100 → 250"]);
      assert.equal(run.plan.pattern.base, 250);
      assert.deepEqual(shown, [
        "Reloaded kar.yaml: controller.base_tps: 100 → 250",
      ]);
      assert.match(
        manager.lines.join(" "),
        /^RELOADING=1 MONOTONIC_USEC=\d+ READY=1$/,
      );
      await until("it is logged", async () =>
        (await logOf(folder)).includes("info  Reloaded kar.yaml"));
    }, {
      readPlan: (plan) => {
        const pattern = { ...plan.pattern, base: 250 };
        return Promise.resolve({
          config: withBase(250),
          plan: { ...plan, pattern },
          variables: {},
        });
      },
    }),
});

Deno.test({
  name:
    "DaemonHost.reload() keeps the old plan when the file is wrong, or the run refuses",
  ignore,
  fn: () => {
    let isWrong = true;
    const wrong = new KarError("config", "kar.yaml:1:1: is empty");
    return withDaemonHost(async ({ run, host, shown, manager }) => {
      const before = run.plan;
      await assert.rejects(host.reload(), wrong);
      isWrong = false;
      run.refusal = new KarError("config", "needs a restart");
      await assert.rejects(host.reload(), run.refusal);
      assert.equal(run.plan, before);
      assert.deepEqual(shown, [
        "Not reloaded, the old plan goes on: kar.yaml:1:1: is empty",
        "Not reloaded, the old plan goes on: needs a restart",
      ]);
      assert.equal(manager.lines.at(-1), "READY=1");
    }, {
      readPlan: (plan) =>
        isWrong ? Promise.reject(wrong) : Promise.resolve({
          config: CONFIG,
          plan: { ...plan, planId: "x" },
          variables: {},
        }),
    });
  },
});

Deno.test({
  name:
    "DaemonHost.reload() takes the file as it is at last, however many ask at once",
  ignore,
  fn: () => {
    let reads = 0;
    let base = 100;
    return withDaemonHost(async ({ run, host }) => {
      const asked = [host.reload()];
      await until("the first one reads", () => reads === 1);
      base = 250;
      asked.push(host.reload(), host.reload(), host.reload());
      const answers = await Promise.all(asked);
      assert.deepEqual(
        answers.map(({ changes }) => changes.join()),
        [
          "",
          ...Array.from({ length: 3 }, () => "controller.base_tps: 100 → 250"),
        ],
      );
      assert.equal(run.plan.pattern.base, 250);
      assert.equal(reads, 2);
    }, {
      readPlan: async (plan) => {
        reads++;
        const pattern = { ...plan.pattern, base };
        const config = withBase(base);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return {
          config,
          plan: { ...plan, pattern },
          variables: {},
        };
      },
    });
  },
});

Deno.test({
  name: "DaemonHost writes into a new log after a reload",
  ignore,
  fn: () =>
    withDaemonHost(async ({ folder, host }) => {
      host.record("before");
      await until("it is there", async () =>
        (await logOf(folder).catch(() => "")).includes("before"));
      const path = `${folder}/state/kar98k/a.log`;
      await Deno.rename(path, `${path}.moved`);
      await host.reload();
      host.record("after");
      await until("a new one is there", async () =>
        (await logOf(folder).catch(() =>
          ""
        )).includes("after"));
    }),
});

Deno.test({
  name:
    "DaemonHost goes on when state and log can no longer be written, and says so",
  ignore,
  fn: () =>
    withDaemonHost(async ({ folder, host, run, options }) => {
      await Deno.rename(`${folder}/state`, `${folder}/gone`);
      const { socket } = await findRunning(options.env);
      const warnings = async () =>
        (await ask(socket, (client) => client.status({}))).warnings.join("\n");
      await host.reload();
      host.record("lost for now");
      await until("both are told", async () =>
        /Cannot save the state[^]*Cannot write the log|Cannot write the log[^]*Cannot save the state/
          .test(await warnings()));
      await ask(socket, (client) =>
        client.pause({}));
      assert.equal(run.state, "paused");
      await Deno.rename(`${folder}/gone`, `${folder}/state`);
      await until("it is well again", async () =>
        !/Cannot/.test(await warnings()));
      assert.match(await logOf(folder), /lost for now/);
    }),
});

Deno.test({
  name:
    "DaemonHost keeps no state of a run whose time began elsewhere, and nothing without a name",
  ignore,
  fn: async () => {
    for (const keeps of ["log", "nothing"] as const) {
      await withDaemonHost(async ({ folder, host, options }) => {
        host.record("a line");
        await host.close();
        const kept = [...Deno.readDirSync(folder)].map(({ name }) => name);
        assert.deepEqual(
          kept.toSorted(),
          keeps === "log" ? ["run", "state"] : ["run"],
        );
        assert.equal(await readSaved(options.env, "a"), null);
      }, { keeps });
    }
  },
});
