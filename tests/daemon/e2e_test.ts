import assert from "node:assert/strict";
import { instantIn, plannedBetween, statusAfter } from "./instants.ts";
import { type Stage, withStage } from "./stage.ts";
import { until } from "../fixtures/until.ts";

/*
 * What only real processes can show. Where the plan says exactly what is due
 * in a span, the daemon is held to exactly that.
 */

// Processes are watched through /proc.
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "kar start --daemon fires, pauses at the slot it promised, and stops",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      const { code, out, err } = await stage.start();
      assert.equal(code, 0, err);
      assert.match(out, /^kar: armed, process \d+\n {2}kar trigger fires it\n/);
      const armed = await stage.status();
      assert.deepEqual([armed.state, armed.due], ["armed", 0]);
      assert.deepEqual(await sessionOf(armed.pid), [armed.pid, 0]);
      const second = await stage.start();
      assert.equal(second.code, 4);
      assert.match(
        second.err,
        new RegExp(`^kar: "kar" is already running \\(process ${armed.pid}\\)`),
      );
      const fired = instantIn(await stage.done("trigger"));
      // Looked at by many and often, and by some who misbehave: it changes nothing.
      const pests = await pester(stage.file("run/kar98k/kar.sock"));
      await Promise.all(Array.from({ length: 150 }, () => stage.status()));
      for (const pest of pests) pest.close();
      await until("some requests are due", async () =>
        (await stage.status()).due >= 30);
      const paused = instantIn(await stage.done("pause"));
      const planned = await plannedBetween(stage, fired, paused);
      const after = await statusAfter(stage, paused, {
        afterMs: 600,
        due: planned.arrivals,
      });
      assert.equal(after.state, "paused");
      assert.deepEqual(
        { arrivals: after.due, arrivalsDigest: after.arrivalsDigest },
        { arrivals: planned.arrivals, arrivalsDigest: planned.arrivalsDigest },
      );
      assert.match(
        await stage.done("stop"),
        /: draining from .*\n.*: stopped\n$/,
      );
      await stage.gone(armed.pid);
      assert.equal(stage.seen, after.sent);
      assert.equal((await stage.use("status")).code, 5);
      assert.deepEqual([...Deno.readDirSync(stage.file("run/kar98k"))], []);
      assert.match(await stage.done("logs"), /info {2}Stopped\n/);
    }),
});

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ size }) => size > 0, () => false);
}

/** Session and terminal of a process; terminal 0 = none. */
async function sessionOf(pid: number): Promise<readonly number[]> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return afterName.slice(3, 5).map(Number);
}

/** Clients that say nothing, half of something, nonsense, or too much without reading. */
async function pester(path: string): Promise<Deno.Conn[]> {
  const status = "GET /kar.v1.Control/Status?encoding=json&message=%7B%7D " +
    "HTTP/1.1\r\nhost: kar\r\n\r\n";
  const words = [
    "",
    "POST /kar.v1.Control/Pause HTTP/1.1\r\ncontent-le",
    "\0\xff{",
    status.repeat(50),
  ];
  return await Promise.all(words.map(async (text) => {
    const pest = await Deno.connect({ transport: "unix", path });
    await pest.write(new TextEncoder().encode(text));
    return pest;
  }));
}

Deno.test({
  name:
    "kar spike and kar reload show in what is due from the slot they promised",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      assert.equal((await stage.start("--trigger")).code, 0);
      const { pid, startedAt } = await stage.status();
      await stage.configure({
        controller:
          "{ base_tps: 300, max_tps: 400, ramp_up_duration: 0s, shutdown_timeout: 5s }",
      });
      const before = await plannedRateOf(stage, pid);
      assert.equal(before, 50);
      const answer = await stage.done("reload");
      assert.match(answer, /\n {2}controller\.base_tps: 50 → 300\n/);
      const reloaded = instantIn(answer);
      const status = await statusAfter(stage, reloaded, { afterMs: 500 });
      assert.equal(status.plannedRate, 300);
      const paused = instantIn(await stage.done("pause"));
      // Every second since then has its 300, but for a rest at each edge.
      const oldMs = Date.parse(reloaded) - Date.parse(startedAt);
      const newMs = Date.parse(paused) - Date.parse(reloaded);
      const expected = (oldMs * 50 + newMs * 300) / 1000;
      const { due } = await statusAfter(stage, paused, {
        afterMs: 500,
        due: Math.floor(expected) - 1,
      });
      assert.ok(Math.abs(due - expected) <= 2, `${due} due, not ${expected}`);
      await stage.done("resume");
      const spike = await stage.done(
        "spike",
        "--factor",
        "9",
        "--duration",
        "9s",
      );
      await statusAfter(stage, instantIn(spike), { afterMs: 1500 });
      assert.equal(await plannedRateOf(stage, pid), 400);
      await Deno.writeTextFile(stage.config, "targets: []\n");
      Deno.kill(pid, "SIGHUP");
      await until("the wrong file is refused", async () =>
        /warn {2}Not reloaded, the old plan goes on: .*targets/
          .test(await stage.done("logs")));
      await stage.configure();
      Deno.kill(pid, "SIGHUP");
      await until("the right file is taken", async () =>
        /info {2}Reloaded .*controller\.base_tps: 300 → 50/
          .test(await stage.done("logs")));
      Deno.kill(pid, "SIGTERM");
      await stage.gone(pid);
      assert.match(await stage.done("logs"), /info {2}Stopped\n/);
    }),
});

async function plannedRateOf(stage: Stage, pid: number): Promise<number> {
  const status = await stage.status();
  assert.equal(status.pid, pid);
  return status.plannedRate;
}

Deno.test({
  name: "kar reload has a target that is new checked at once",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      const health = "{ enabled: true, interval: 1h }";
      await stage.configure({ health });
      assert.equal((await stage.start()).code, 0);
      const { pid } = await stage.status();
      const isWell = async (name: string) =>
        (await stage.status()).targets
          .some((target) => target.name === name && target.healthy === true);
      await until("the first one is checked", () => isWell("api"));
      const targets = ["api", "new"].map((name) =>
        `{ name: ${name}, url: "${stage.url}" }`
      );
      await stage.configure({ health, targets: `[${targets.join(", ")}]` });
      assert.match(await stage.done("reload"), /\n {2}targets\.new: added\n/);
      await until("the new one is checked", () => isWell("new"));
      await stage.done("stop");
      await stage.gone(pid);
    }),
});

Deno.test({
  name:
    "kar start --daemon tells what is wrong with its words, file, folders, socket or ports",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = taken.addr;
      const metrics = `{ enabled: true, address: "127.0.0.1:${port}" }`;
      await stage.configure({ metrics });
      const busy = await stage.start();
      assert.equal(busy.code, 4);
      assert.match(busy.err, new RegExp(`^kar: .*port ${port} is in use.*\n$`));
      await stage.configure({ controller: "{ base_tps: -1 }" });
      const wrong = await stage.start();
      assert.equal(wrong.code, 3);
      assert.match(wrong.err, /kar\.yaml:2:\d+: controller\.base_tps: /);
      await stage.configure();
      await Deno.remove(stage.file("state"), { recursive: true });
      await Deno.writeTextFile(stage.file("state"), "in the way");
      const blocked = await stage.start();
      assert.equal(blocked.code, 4);
      assert.match(blocked.err, /^kar: Cannot use folder .*\/state\/kar98k: /);
      await Deno.remove(stage.file("state"));
      const path = stage.file("run/kar98k/kar.sock");
      const other = Deno.listen({ transport: "unix", path });
      const stolen = await stage.start();
      assert.equal(stolen.code, 4);
      assert.match(stolen.err, /^kar: .*kar\.sock: another program listens/);
      other.close();
      const nameless = await stage.use("start", "--daemon");
      assert.equal(nameless.code, 2);
      assert.match(nameless.err, /needs a terminal.*: name a config file/);
      for (const used of [busy, wrong, blocked, stolen, nameless]) {
        assert.equal(used.out, "");
      }
      assert.deepEqual([...Deno.readDirSync(stage.file("run/kar98k"))], []);
    }),
});

Deno.test({
  name: "kar run drains when its terminal is gone, unless nohup said otherwise",
  ignore: ignore || !await hasScript(),
  fn: () =>
    withStage(async (stage) => {
      const sheltered = await stage.runInTerminal("trap '' HUP; ", "--name=a");
      Deno.kill(sheltered, "SIGHUP");
      const { now } = await stage.status();
      const later = await statusAfter(stage, now, { afterMs: 400 });
      assert.equal(later.state, "firing");
      await stage.done("stop", "--now");
      await stage.gone(sheltered);
      const pid = await stage.runInTerminal("", "--name=b");
      Deno.kill(pid, "SIGHUP");
      await stage.gone(pid);
      const log = await stage.done("logs", "--name", "b");
      assert.match(log, /info {2}Draining[^]*info {2}Stopped\n/);
    }),
});

async function hasScript(): Promise<boolean> {
  try {
    const command = new Deno.Command("script", { args: ["--version"] });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "kar start --daemon --duration --out ends by itself and leaves its report",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      const file = stage.file("report.json");
      const out = ["--out", `json=${file}`];
      const wrong = await stage.start("--out", "json=/nowhere/report.json");
      assert.equal(wrong.code, 4);
      assert.match(wrong.err, /^kar: Cannot write the report to \/nowhere\//);
      const used = await stage.start(
        "--trigger",
        "--duration",
        "600ms",
        ...out,
      );
      assert.equal(used.code, 0, used.err);
      // A machine may be so busy that it has ended already.
      const pid = /process (\d+)\n/.exec(used.out)?.[1];
      if (pid !== undefined) await stage.gone(Number(pid));
      await until("the report is there", () => isFile(file));
      const report = JSON.parse(await Deno.readTextFile(file));
      assert.equal(report.durationMs, 600);
      assert.equal(report.due, 30);
    }),
});

Deno.test({
  name:
    "kar start --daemon says in the log where the report is, or why there is none",
  ignore,
  fn: () =>
    withStage(async (stage) => {
      const folder = stage.file("reports");
      const file = `${folder}/r.json`;
      for (const isGone of [false, true]) {
        await Deno.mkdir(folder, { recursive: true });
        const { code, err } = await stage.start("--out", `json=${file}`);
        assert.equal(code, 0, err);
        const { pid } = await stage.status();
        if (isGone) await Deno.remove(folder, { recursive: true });
        await stage.done("stop");
        await stage.gone(pid);
      }
      const log = await stage.done("logs");
      assert.ok(log.includes(`info  Report in ${file}\n`), log);
      const lost = `error Cannot write the report to ${file}: its folder`;
      assert.ok(log.includes(lost), log);
    }),
});
