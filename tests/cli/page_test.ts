import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { takeLock } from "../../src/daemon/paths/mod.ts";
import { withTail } from "../../src/page/app/model.ts";
import { Viewer } from "../page/served.ts";
import { withFolder } from "../daemon/support.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar } from "./kar.ts";
import { until } from "../fixtures/until.ts";
import { START, withServer } from "./served.ts";

/*
 * The page, live and of a record, by the command line.
 */

const QUIET = `--start ${START} --quiet --set metrics.enabled=false`;
const RUN = `--duration 700ms ${QUIET}`;

const PORT = "--set ui.address=127.0.0.1:0";

/** Waits for the address that a command tells. */
async function told(text: () => string): Promise<string> {
  const address = /http:\/\/127\.0\.0\.1:\d+\//;
  await until("an address is told", () => address.test(text()));
  return address.exec(text())![0];
}

Deno.test("kar page shows a record, with another one laid over it, until it is ended", () =>
  withFolder((folder) =>
    withServer(`${RUN} --record ${folder}/a.kar`, async ({ system }) => {
      assert.equal(await runCli(system), 0, system.stderr.text);
      const file = `${folder}/a.kar`;
      const args = ["page", file, "--with", file, "--address", "127.0.0.1:0"];
      const shown = new FakeSystem({ args });
      const ended = runCli(shown);
      const viewer = await Viewer.open(await told(() => shown.stdout.text));
      const message = await viewer.next();
      assert.ok(message !== null && message !== "over");
      assert.ok(message.kind === "all");
      const { data, other, control } = message;
      assert.ok(data.report.sent > 0);
      assert.deepEqual(other, data);
      // Why the rate was what it was: computed anew from plan and changes.
      const { factors } = data.run;
      assert.deepEqual(factors.base, data.run.planned.map(() => 50));
      assert.equal(control, false);
      shown.interrupt();
      assert.equal(await viewer.next(), "over");
      assert.equal(await ended, 0);
    })
  ));

Deno.test("kar report --with lays another record over this one in html, and says so elsewhere", () =>
  withFolder((folder) =>
    withServer(`${RUN} --record ${folder}/a.kar`, async ({ system }) => {
      assert.equal(await runCli(system), 0, system.stderr.text);
      const file = `${folder}/a.kar`;
      const words = ["report", file, "--with", file];
      const html = await kar([...words, "--out", `html=${folder}/p.html`]);
      assert.deepEqual([html.code, html.err], [0, ""]);
      const page = await Deno.readTextFile(`${folder}/p.html`);
      assert.match(page, /id="with"/);
      const text = await kar(words);
      assert.equal(text.code, 2);
      assert.match(text.err, /--with .* add --out html=FILE/);
    })
  ));

Deno.test("kar run --ui serves the page while it sends, and ends with the run", () =>
  withServer(
    `${QUIET} --ui ${PORT}`,
    async ({ system }) => {
      const plain = new FakeSystem({
        args: system.args.filter((word) => word !== "--quiet"),
        files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
      });
      const ended = runCli(plain);
      const url = await told(() => plain.stderr.text);
      await until("it fires", () => plain.stderr.text.includes("Firing"));
      const ticks = setInterval(() => plain.tick(), 500);
      const viewer = await Viewer.open(url);
      const message = await viewer.next();
      assert.ok(message !== null && message !== "over");
      assert.ok(message.kind === "all");
      let last: unknown = message;
      let data = message.data;
      for (let next; (next = await viewer.next()) !== null;) {
        last = next;
        if (next === "over") continue;
        data = next.kind === "all" ? next.data : withTail(data, next.tail);
        if (data.run.planned.length > 3) plain.interrupt();
      }
      assert.equal(last, "over");
      assert.equal(await ended, 0);
      clearInterval(ticks);
      assert.equal(data.report.state, "stopped");
      assert.equal(data.span.fromMs, Date.parse(data.report.start));
      const due = data.series[0]!.due.reduce((sum, n) => sum + n, 0);
      assert.equal(
        due,
        data.report.due,
        "the last columns are the record's last",
      );
    },
  ));

Deno.test("a page and an hlog need no --record: one is kept until the end, and what a killed run left is cleared", () =>
  withFolder((folder) =>
    withServer(
      `${RUN} --out html=${folder}/p.html --out hlog=${folder}/r.hlog`,
      async ({ system }) => {
        const temporary = `${folder}/kar98k/temporary`;
        await Deno.mkdir(temporary, { recursive: true, mode: 0o700 });
        await Deno.chmod(`${folder}/kar98k`, 0o700);
        const left = "run-1-0123abcd.kar";
        const held = "run-2-0123abcd.kar";
        for (
          const name of [left, `${left}-wal`, `${left}.lock`, held, "a.txt"]
        ) {
          await Deno.writeTextFile(`${temporary}/${name}`, "");
        }
        const lock = await takeLock(`${temporary}/${held}.lock`);
        const env = { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };
        const plain = new FakeSystem({
          ...{ args: system.args, env },
          files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
        });
        assert.equal(await runCli(plain), 0, plain.stderr.text);
        assert.match(await Deno.readTextFile(`${folder}/p.html`), /id="data"/);
        const log = await Deno.readTextFile(`${folder}/r.hlog`);
        assert.match(log, /^Tag=/m);
        const there = [...Deno.readDirSync(temporary)].map(({ name }) => name);
        assert.deepEqual(there.sort(), ["a.txt", held, `${held}.lock`]);
        lock!.release();
      },
    )
  ));

Deno.test("kar run with ui.control draws a token that only the user can read, and takes it away at the end", () =>
  withFolder((folder) =>
    withServer(
      `${QUIET} --ui ${PORT} --set ui.control=true`,
      async ({ system }) => {
        const plain = new FakeSystem({
          args: system.args.filter((word) => word !== "--quiet"),
          files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
          env: { XDG_RUNTIME_DIR: folder },
        });
        const ended = runCli(plain);
        const url = await told(() => plain.stderr.text);
        await until("a token is told", () =>
          plain.stderr.text.includes("#token="));
        const token = /#token=(\S+)/.exec(plain.stderr.text)![1]!;
        const path = /the token in (\S+)/.exec(plain.stderr.text)![1]!;
        assert.equal(await Deno.readTextFile(path), `${token}\n`);
        assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
        await until("it fires", () =>
          plain.stderr.text.includes("Firing"));
        const answer = await fetch(`${url}control`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ action: "stop" }),
        });
        assert.match(await answer.text(), /Draining/);
        assert.equal(answer.status, 200);
        assert.equal(await ended, 0, plain.stderr.text);
        assert.match(plain.stderr.text, /The page asks: stop/);
        await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
      },
    )
  ));
