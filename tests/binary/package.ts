import assert from "node:assert/strict";
import { compileArgs } from "../../scripts/compile.ts";
import { bundleProgram } from "../../scripts/packaging/program.ts";
import { run } from "../../scripts/packaging/process.ts";
import { hostTarget } from "../../scripts/packaging/targets.ts";
import { hasProgram } from "../packaging/programs.ts";
import { FOLDER, IS_BUILT_HERE, IS_PACKAGE, KAR, kar } from "./binary.ts";

Deno.test({
  name: "the package may be started by many at once on an empty cache",
  ignore: !IS_PACKAGE,
  async fn() {
    const env = { KAR_CACHE_DIR: `${FOLDER}/empty` };
    const starts = await Promise.all(
      Array.from({ length: 3 }, () => kar(["version"], { env })),
    );
    for (const { code, out, err } of starts) {
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, /^kar /);
    }
    assert.equal([...Deno.readDirSync(env.KAR_CACHE_DIR)].length, 1);
    await Deno.remove(env.KAR_CACHE_DIR, { recursive: true });
  },
});

Deno.test({
  name: "the package takes no notice of settings that lie about",
  ignore: !IS_PACKAGE,
  async fn() {
    const home = `${FOLDER}/untidy`;
    await Deno.mkdir(home);
    await Deno.writeTextFile(`${home}/deno.json`, '{"workspace": ["./x"]}');
    await Deno.writeTextFile(`${home}/package.json`, "{ not JSON");
    await Deno.writeTextFile(`${home}/deno.lock`, "{ not JSON");
    const { code, err } = await kar(["version"], {
      env: { HOME: home },
      cwd: home,
    });
    assert.deepEqual([code, err], [0, ""]);
    const names = [...Deno.readDirSync(home)].map(({ name }) => name).sort();
    assert.deepEqual(names, [
      ".cache",
      "deno.json",
      "deno.lock",
      "package.json",
    ]);
  },
});

/** Namespaces without a network are not for everyone to make. */
function canCutOff(): boolean {
  return hasProgram("unshare") &&
    new Deno.Command("unshare", {
      args: ["--net", "true"],
      stderr: "null",
    }).outputSync().success;
}

Deno.test({
  name: "kar starts without a network and without an environment",
  ignore: !canCutOff(),
  async fn() {
    const { success, stdout } = await new Deno.Command("unshare", {
      args: ["--net", "env", "-i", `TMPDIR=${FOLDER}`, KAR, "version"],
    }).output();
    assert.ok(success);
    assert.match(new TextDecoder().decode(stdout), /^kar /);
  },
});

Deno.test({
  name: "deno compile embeds every file of the program",
  ignore: !IS_BUILT_HERE,
  async fn() {
    const folder = await Deno.makeTempDir({ dir: FOLDER });
    const { files, workers } = await bundleProgram(folder);
    const path = `${FOLDER}/compiled`;
    // What is made does not run, since Deno is not its own runtime part; but
    // everything is put into it as into one that does.
    const { code, output } = await run(Deno.execPath(), {
      args: compileArgs(hostTarget(), { workers, path }),
      cwd: folder,
      env: { DENORT_BIN: Deno.execPath() },
    });
    assert.equal(code, 0, output);
    const binary = new Uint8Array(await Deno.readFile(path)).subarray(
      (await Deno.stat(Deno.execPath())).size,
    );
    const embedded = new TextDecoder("latin1").decode(binary);
    const isCode = (file: string) => file.endsWith(".js");
    for (const file of files.filter(isCode)) {
      const bytes = await Deno.readFile(`${folder}/${file}`);
      const text = new TextDecoder("latin1").decode(bytes);
      assert.ok(embedded.includes(text), file);
    }
  },
});

Deno.test({
  name: "the thread that writes a record loads its own code alone",
  ignore: !IS_BUILT_HERE,
  async fn() {
    const folder = await Deno.makeTempDir({ dir: FOLDER });
    const { files, workers } = await bundleProgram(folder);
    const writer = workers.find((path) => path.endsWith("/record_entry.js"))!;
    const source = await Deno.readTextFile(`${folder}/${writer}`);
    assert.match(source, /"node:sqlite"/);
    // Code that it shares with the others would lie in files of theirs.
    const main = files.filter((path) => !path.includes("/"));
    const shared = main.filter((path) => source.includes(`/${path}"`));
    assert.deepEqual(shared, []);
  },
});
