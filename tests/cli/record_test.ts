import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar } from "./kar.ts";
import { CONFIG, environment } from "./operated.ts";
import { START, withServer } from "./served.ts";

/*
 * What `kar run` records, and what `kar report` and `kar runs` make of it.
 */

const ignore = Deno.build.os === "windows";

Deno.test("kar report of a whole record is the run's own report, in every format", () =>
  withFolder((folder) => {
    const file = `${folder}/run.kar`;
    const formats = ["json", "text", "csv"];
    const outs = (who: string) =>
      formats.flatMap((name) => ["--out", `${name}=${folder}/${who}.${name}`]);
    return withServer(
      `--duration 700ms --start ${START} --record ${file}`,
      async ({ system }) => {
        const run = new FakeSystem({
          args: [...system.args, ...outs("run")],
          files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
        });
        assert.equal(await runCli(run), 0, run.stderr.text);
        const { code, out, err } = await kar([
          "report",
          file,
          ...outs("record"),
        ]);
        assert.deepEqual([code, err], [0, ""]);
        for (const name of formats) {
          assert.equal(
            await Deno.readTextFile(`${folder}/record.${name}`),
            await Deno.readTextFile(`${folder}/run.${name}`),
            name,
          );
        }
        assert.equal(out, run.stdout.text);
        // Closed, it is one file.
        const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
        assert.deepEqual(names.filter((name) => name.includes("kar")), [
          "run.kar",
        ]);
      },
    );
  }));

Deno.test("kar report writes HdrHistogram's log, and a page", () =>
  withFolder((folder) => {
    const file = `${folder}/run.kar`;
    return withServer(
      `--duration 500ms --record ${file} --quiet`,
      async ({ system }) => {
        assert.equal(await runCli(system), 0, system.stderr.text);
        const page = `${folder}/run.html`;
        const args = ["--out", "hlog=-", "--out", `html=${page}`];
        const { out } = await kar(["report", file, ...args]);
        assert.match(out, /^#\[Histogram log format version 1\.3\]\n/);
        assert.match(
          out,
          /\nTag=api\/\w+,\d+\.000,1\.000,[\d.]+,HIST[\w+/=]+\n/,
        );
        assert.match(await Deno.readTextFile(page), /^<!doctype html>/i);
      },
    );
  }));

Deno.test("kar run --record refuses a file that is there, and a folder that is not, before anything is sent", () =>
  withFolder(async (folder) => {
    const file = `${folder}/run.kar`;
    await Deno.writeTextFile(file, "precious");
    const run = (record: string) =>
      kar(
        ["run", "-c", "kar.yaml", "--duration", "200ms", "--record", record],
        {
          files: { "kar.yaml": CONFIG },
        },
      );
    const taken = await run(file);
    assert.equal(taken.code, 4);
    assert.match(
      taken.err,
      /run\.kar: the file is there already; name another/,
    );
    assert.equal(await Deno.readTextFile(file), "precious");
    const isFolder = await run(folder);
    assert.equal(isFolder.code, 4);
    assert.match(
      isFolder.err,
      /Cannot write the record \S+: it is a folder: name a file in it/,
    );
    await Deno.mkdir(`${folder}/locked.kar.lock`);
    const locked = await run(`${folder}/locked.kar`);
    assert.equal(locked.code, 4);
    assert.match(
      locked.err,
      /Cannot write the record \S+locked\.kar: Cannot lock \S+: it is not a regular file/,
    );
    const nowhere = await run(`${folder}/no/run.kar`);
    assert.equal(nowhere.code, 4);
    assert.match(
      nowhere.err,
      /no\/run\.kar: its folder does not exist: create it/,
    );
  }));

Deno.test({
  name: "a run with a name keeps records, so many; kar runs lists them",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const options = {
        env: environment(folder),
        files: { "kar.yaml": `${CONFIG}record: { keep: 2 }\n` },
      };
      const use = (...args: string[]) => kar(args, options);
      const none = await use("runs");
      assert.match(none.out, /^No records: /);
      const run = ["run", "-c", "kar.yaml", "--duration", "200ms", "--quiet"];
      await use(...run, "--name", "a", "--set", "record.enabled=false");
      assert.match((await use("runs")).out, /^No records: /);
      for (let i = 0; i < 3; i++) await use(...run, "--name", "soak-1");
      await use(...run, "--name", "b");
      const { out } = await use("runs");
      assert.equal(out.match(/^soak-1 .* ended /gm)?.length, 2, out);
      assert.equal(out.match(/^b .* ended /gm)?.length, 1, out);
      const listed = JSON.parse((await use("runs", "--json")).out);
      const report = await use("report", "soak-1", "--out", "json=-");
      const kept = listed.filter(({ name }: { name: string }) => name !== "b");
      const last = new RecordReader(kept.at(-1).path);
      assert.equal(JSON.parse(report.out).runId, last.runs()[0]!.runId);
      last.close();
      const unknown = await use("report", "nobody");
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /No record nobody: neither a file/);
    }),
});

Deno.test({
  name:
    "a run that goes on writes into the record of its name, and reports all",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const options = {
        env: environment(folder),
        files: { "kar.yaml": CONFIG },
      };
      const use = (...args: string[]) => kar(args, options);
      const run = [
        "run",
        "-c",
        "kar.yaml",
        "--name",
        "a",
        "--quiet",
        "--resume",
      ];
      await use(...run, "--duration", "300ms");
      const again = await use(...run, "--duration", "300ms", "--out", "json=-");
      const [listed] = JSON.parse((await use("runs", "--json")).out);
      const record = new RecordReader(listed.path);
      assert.equal(record.runs().length, 2);
      const { totals } = record.measures();
      record.close();
      const own = JSON.parse(again.out);
      const report = await use("report", "a", "--out", "json=-");
      assert.deepEqual(JSON.parse(report.out), own);
      const due = totals.targets.api!.tallies.reduce((n, [d]) => n + d!, 0);
      assert.equal(due, own.due);
      assert.ok(own.before.due > 0);
    }),
});

Deno.test("kar compare sets two records beside each other, and fails as it is told", () =>
  withFolder((folder) => {
    const files = [`${folder}/a.kar`, `${folder}/b.kar`] as const;
    const words = `--duration 600ms --start ${START} --quiet`;
    return withServer(words, async ({ system }) => {
      for (const [i, file] of files.entries()) {
        const out = `json=${folder}/${i}.json`;
        const run = new FakeSystem({
          args: [...system.args, "--record", file, "--out", out],
          files: { "kar.yaml": await system.readConfigFile("kar.yaml") },
        });
        assert.equal(await runCli(run), 0, run.stderr.text);
      }
      const { code, out } = await kar(["compare", ...files]);
      assert.equal(code, 0);
      assert.match(out, /the same traffic, compared stretch by stretch/);
      assert.match(out, /^response\.p50 .* cannot tell$/m);
      const condition = ["--fail-if", "response.p99 worse by 10%"];
      const judged = await kar(["compare", ...files, ...condition]);
      assert.equal(judged.code, 9);
      assert.match(judged.err, /cannot tell: response\.p99 worse by 10%/);
      const reports = [0, 1].map((i) => `${folder}/${i}.json`);
      const json = await kar(["compare", ...reports, "--out", "json=-"]);
      const { measures, differences } = JSON.parse(json.out);
      assert.match(differences.join(), /JSON report has no distributions/);
      const [p50] = measures;
      const [a] = reports.map((path) =>
        JSON.parse(Deno.readTextFileSync(path)).latency.response.p50Ms
      );
      assert.equal(p50.a, a);
      const wrong = await kar(["compare", files[0], `${folder}/no`]);
      assert.equal(wrong.code, 2);
    });
  }));

Deno.test({
  name:
    "kar runs and kar report say of a record without an end that its run was killed",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const options = {
        env: environment(folder),
        files: { "kar.yaml": CONFIG },
      };
      const use = (...args: string[]) => kar(args, options);
      const run = ["run", "-c", "kar.yaml", "--duration", "200ms", "--quiet"];
      await use(...run, "--name", "a");
      const [{ path }] = JSON.parse((await use("runs", "--json")).out);
      // What a kill leaves: no end, and the lock's file.
      const db = new DatabaseSync(path);
      db.exec("UPDATE run SET ended_ms = NULL, final = NULL");
      db.close();
      await Deno.writeTextFile(`${path}.lock`, "4711\n");
      assert.match((await use("runs")).out, /^a .* killed /m);
      const { out } = await use("report", "a", "--out", "json=-");
      const { warnings, due } = JSON.parse(out);
      assert.match(warnings[0], /^The record has no end: .* was killed/);
      assert.ok(due > 0);
    }),
});

Deno.test("kar run that is interrupted while it is made ready leaves neither lock nor record", () =>
  withFolder((folder) =>
    withServer(
      `--duration 5s --record ${folder}/run.kar --quiet`,
      async ({ system, server }) => {
        const code = runCli(system);
        while (!system.isStoppable) await new Promise((go) => setTimeout(go));
        system.interrupt();
        assert.equal(await code, 130);
        assert.match(system.stderr.text, /^kar: Cancelled; nothing was sent$/m);
        assert.equal((await server.stats()).total, 0);
        assert.deepEqual([...Deno.readDirSync(folder)], []);
      },
    )
  ));
