import assert from "node:assert/strict";
import { EXIT } from "../../src/base/mod.ts";
import { runCli } from "../../src/cli/mod.ts";
import { FakeSystem } from "./fake_system.ts";
import { until } from "../fixtures/until.ts";
import { configFor, START, withServer } from "./served.ts";

Deno.test("kar run sends, reports on standard output and ends with 0", () =>
  withServer(
    `--duration 500ms --start ${START}`,
    async ({ system, server }) => {
      assert.equal(await runCli(system), 0);
      const { total } = await server.stats();
      assert.ok(total > 10, `${total} requests`);
      assert.match(system.stdout.text, /^kar report/);
      assert.match(system.stdout.text, new RegExp(`sent +${total} `));
      assert.match(system.stderr.text, /^kar: Plan [0-9a-f]{16}, seed \d+\n/);
      assert.ok(!system.isStoppable && !system.isTicking, "nothing goes on");
    },
  ));

Deno.test("kar run --quiet writes nothing to standard error", () =>
  withServer("--duration 500ms --quiet", async ({ system }) => {
    assert.equal(await runCli(system), 0);
    assert.equal(system.stderr.text, "");
    assert.match(system.stdout.text, /^kar report/);
  }));

Deno.test("kar run --report short prints only what the report comes to", () =>
  withServer("--duration 500ms --report short", async ({ system, server }) => {
    assert.equal(await runCli(system), 0);
    const { total } = await server.stats();
    assert.match(system.stdout.text, /^Result +all \d+ requests were answered/);
    assert.match(system.stdout.text, new RegExp(`\n {2}sent +${total} `));
    assert.ok(system.stdout.text.split("\n").length <= 13);
  }));

Deno.test("kar run tells how it goes in one line at a time", () =>
  withServer("", async ({ system }) => {
    const ended = runCli(system);
    await until("it ticks", () => system.isTicking);
    system.tick();
    assert.match(system.stderr.text, /^kar: \d\d:\d\d:\d\d · .*\d+ sent .*$/m);
    system.interrupt();
    await ended;
  }));

Deno.test("kar run sends and reports when its status lines fail and never end", () =>
  withServer("--duration 300ms", async ({ system, server }) => {
    system.stderr.writeSoon = () => {
      throw new Error("no terminal");
    };
    system.stderr.flushed = () => new Promise(() => {});
    const hasty = Object.assign(system, { patienceMs: 3000 });
    assert.equal(await runCli(hasty), 0);
    const { total } = await server.stats();
    assert.match(system.stdout.text, new RegExp(`sent +${total} `));
  }));

/** Milliseconds since the start at which status lines came, so many ticks long. */
async function linesAt(isTerminal: boolean, ticks: number): Promise<number[]> {
  const at: number[] = [];
  await withServer("", async ({ system }) => {
    const own = new FakeSystem({
      args: system.args,
      files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
      isTerminal,
    });
    const ended = runCli(own);
    await until("it ticks", () => own.isTicking);
    for (let tick = 1; tick <= ticks; tick++) {
      const before = own.stderr.text;
      own.tick();
      const isNew = own.stderr.text.slice(before.length).includes(" · sent ");
      if (isNew) at.push(tick * own.intervalsMs[0]!);
    }
    own.interrupt();
    await ended;
  });
  return at;
}

Deno.test("kar run writes a status line every 3 s to a terminal", async () => {
  assert.deepEqual(await linesAt(true, 4), [3000, 6000, 9000, 12_000]);
});

Deno.test("kar run writes a status line to a pipe or file after 5 s, then every 10 s for two minutes, then every minute", async () => {
  const often = Array.from({ length: 13 }, (_, i) => 5000 + i * 10_000);
  const seldom = [185_000, 245_000, 305_000];
  assert.deepEqual(await linesAt(false, 64), [...often, ...seldom]);
});

Deno.test("kar run --out writes the report, with the digest that simulate tells", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/report.json`;
  try {
    const words =
      `--duration 500ms --start ${START} --seed 7 --out json=${file}`;
    await withServer(words, async ({ system }) => {
      assert.equal(await runCli(system), 0);
      const report = JSON.parse(await Deno.readTextFile(file));
      assert.deepEqual([report.version, report.seed], [1, 7]);
      assert.equal(report.start, START);
      const simulated = new FakeSystem({
        args:
          `simulate -c kar.yaml --digest --duration 500ms --start ${START} --seed 7`
            .split(" "),
        files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
      });
      await runCli(simulated);
      assert.equal(`${report.arrivalsDigest}\n`, simulated.stdout.text);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("kar run --out into a folder that is not there fails before it sends", () =>
  withServer(
    "--duration 500ms --out json=/nowhere/r.json",
    async ({ system, server }) => {
      assert.equal(await runCli(system), 4);
      assert.match(
        system.stderr.text,
        /^kar: .*\/nowhere\/r\.json.*\n$/,
      );
      assert.equal((await server.stats()).total, 0);
    },
  ));

Deno.test("kar run --armed sends nothing until it is told to, and its duration waits too", () =>
  withServer("--duration 100ms --armed", async ({ system, server }) => {
    const ended = runCli(system);
    await until("it is armed", () => system.stderr.text.includes("Armed from"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.doesNotMatch(system.stderr.text, /Stopped/);
    system.interrupt();
    assert.equal(await ended, 0);
    assert.equal((await server.stats()).total, 0);
  }));

Deno.test("kar run --stripe shares the traffic out without remainder", async () => {
  const sent: number[] = [];
  for (const stripe of ["", "--stripe 1/2", "--stripe 2/2"]) {
    const words = `--duration 500ms --start ${START} ${stripe}`;
    await withServer(words, async ({ system, server }) => {
      assert.equal(await runCli(system), 0);
      sent.push((await server.stats()).total);
    });
  }
  assert.equal(sent[0], sent[1]! + sent[2]!);
});

Deno.test("kar run drains at the first signal and ends with 0", () =>
  withServer("", async ({ system, server }) => {
    const ended = runCli(system);
    await until("something came", async () => (await server.stats()).total > 0);
    system.interrupt();
    assert.equal(await ended, 0);
    assert.match(system.stderr.text, /Draining/);
    assert.match(system.stdout.text, /failed +0 /);
  }));

Deno.test("kar run stops at once at the second signal, and says what was open", () => {
  const latency = { kind: "constant", ms: 4000 } as const;
  return withServer("", async ({ system, server }) => {
    const ended = runCli(system);
    await until("something came", async () => (await server.stats()).total > 0);
    system.interrupt();
    system.interrupt();
    assert.equal(await ended, 0);
    assert.match(system.stdout.text, /aborted/);
  }, { latency });
});

Deno.test("kar run ends with 6 when nobody answered at all", async () => {
  const system = new FakeSystem({
    args: ["run", "-c", "kar.yaml", "--duration", "500ms"],
    files: { "kar.yaml": configFor("http://127.0.0.1:1/") },
  });
  assert.equal(await runCli(system), 6);
  assert.match(system.stdout.text, /refused/);
  assert.match(system.stderr.text, /\nkar: The target did not answer: /);
});

Deno.test("kar run takes an answer that is too large for an answer", async () => {
  const words = "--duration 500ms --set limits.max_body_bytes=0";
  await withServer(words, async ({ system }) => {
    assert.equal(await runCli(system), EXIT.failed);
    assert.match(system.stdout.text, /too_large/);
  });
});

Deno.test("kar run takes an answer that says no for an answer", () =>
  withServer("--duration 500ms", async ({ system }) => {
    assert.equal(await runCli(system), EXIT.failed);
    assert.match(system.stdout.text, /500/);
  }, { errorShare: 1 }));

Deno.test("kar run with a metrics port in use names it and sends nothing", () =>
  withServer(
    "--duration 500ms --set metrics.enabled=true",
    async ({ system, server }) => {
      const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = taken.addr;
      const args = [
        ...system.args,
        "--set",
        `metrics.address=127.0.0.1:${port}`,
      ];
      const files = { "kar.yaml": await system.readConfigFile("kar.yaml") };
      const second = new FakeSystem({ args, files });
      try {
        assert.equal(await runCli(second), 4);
      } finally {
        taken.close();
      }
      assert.match(
        second.stderr.text,
        new RegExp(`port ${port} is in use.*metrics\\.address`),
      );
      assert.equal((await server.stats()).total, 0);
    },
  ));

Deno.test("kar run serves metrics while it runs, and no longer", () =>
  withServer(
    "--set metrics.enabled=true metrics.address=127.0.0.1:0",
    async ({ system, server }) => {
      const ended = runCli(system);
      await until(
        "something came",
        async () => (await server.stats()).total > 0,
      );
      const url = `http://${/Metrics on (\S+)/.exec(system.stderr.text)![1]}`;
      const text = await (await fetch(url)).text();
      assert.match(text, /^kar98k_target_tps 50$/m);
      system.interrupt();
      assert.equal(await ended, 0);
      await assert.rejects(fetch(url));
    },
  ));
