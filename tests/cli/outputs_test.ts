import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { runCli } from "../../src/cli/mod.ts";
import { STEP_COLUMNS } from "../../src/report/mod.ts";
import { until } from "../fixtures/until.ts";
import { CONFIG } from "./operated.ts";
import { FakeSystem } from "./fake_system.ts";
import { KAR } from "./kar.ts";

/*
 * What `--out` leaves behind, whatever happens to what is printed. The target
 * of these runs refuses: a report of failures is a report.
 */

const NO_ANSWER = 6;

async function inFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function systemFor(words: string): FakeSystem {
  return new FakeSystem({
    args: ["run", "-c", "kar.yaml", ...words.split(" ")],
    files: { "kar.yaml": CONFIG },
  });
}

const shortlyFor = (words: string) => systemFor(`--duration 300ms ${words}`);

Deno.test("kar run writes all files of --out before it prints anything", () =>
  inFolder(async (folder) => {
    const files = ["json", "text", "csv"].map((name) => `${folder}/r.${name}`);
    const system = shortlyFor(
      `--out json=${files[0]} --out text=${files[1]} --out csv=${files[2]}`,
    );
    let seen: string[] | null = null;
    const paint = system.stdout.paint.bind(system.stdout);
    system.stdout.paint = (text) => {
      seen ??= files.map((file) => Deno.readTextFileSync(file));
      paint(text);
    };
    assert.equal(await runCli(system), NO_ANSWER);
    const [json, text, csv] = seen!;
    assert.equal(JSON.parse(json!).version, 1);
    assert.match(text!, /^kar report {2}run /);
    const [head, first] = csv!.split("\n");
    assert.equal(head, STEP_COLUMNS.join(","));
    assert.match(first!, /^0,[\d.]+,\d+,\d+,\d+,\d+,\d+,\d+,\w+$/);
  }));

Deno.test("kar run writes the files of --out when standard output fails", () =>
  inFolder(async (folder) => {
    const file = `${folder}/r.json`;
    const system = shortlyFor(`--out json=${file}`);
    system.stdout.paint = () => {
      throw new KarError("cannotStart", "Cannot write to standard output: x");
    };
    assert.equal(await runCli(system), 4);
    assert.match(system.stderr.text, /\nkar: Cannot write to standard output/);
    assert.equal(JSON.parse(await Deno.readTextFile(file)).version, 1);
  }));

Deno.test({
  name:
    "kar run writes the files of --out where the disk of its output is full",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const [config, file] = [`${folder}/kar.yaml`, `${folder}/r.json`];
      await Deno.writeTextFile(config, CONFIG);
      const words = `run -c ${config} --duration 300ms --out json=${file}`;
      const command = [...KAR, ...words.split(" ")].join(" ");
      const { code } = await new Deno.Command("sh", {
        args: ["-c", `${command} >/dev/full`],
      }).output();
      assert.equal(code, 4);
      assert.equal(JSON.parse(await Deno.readTextFile(file)).version, 1);
    }),
});

Deno.test("kar run writes the other files, and prints, when one cannot be written any more", () =>
  inFolder(async (folder) => {
    const [lost, file] = [`${folder}/gone/r.json`, `${folder}/r.csv`];
    await Deno.mkdir(`${folder}/gone`);
    const system = systemFor(`--out json=${lost} --out csv=${file}`);
    const ended = runCli(system);
    await until("it ticks", () => system.isTicking);
    await Deno.remove(`${folder}/gone`, { recursive: true });
    system.interrupt();
    assert.equal(await ended, 4);
    assert.match(
      system.stderr.text,
      /\nkar: Cannot write the report to .*gone/,
    );
    assert.match(await Deno.readTextFile(file), /^t,planned,/);
    assert.match(system.stdout.text, /^kar report/);
  }));

for (
  const [words, begins] of [
    ["--out json=-", /^\{\n {2}"version": 1,/],
    ["--out csv=/dev/stdout", /^t,planned,/],
  ] as const
) {
  Deno.test(`kar run ${words} writes nothing else to standard output`, async () => {
    const system = shortlyFor(words);
    assert.equal(await runCli(system), NO_ANSWER);
    const { stdout, stderr } = system;
    assert.match(stdout.text, begins);
    assert.doesNotMatch(stdout.text, /kar report|kar:/);
    assert.match(stderr.text, /^kar report {2}run /m);
    assert.match(stderr.text, /^kar: Plan /);
  });
}
