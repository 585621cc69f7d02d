import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { buildNpm, packNpm } from "../../scripts/packages/npm.ts";
import { run } from "../../scripts/packaging/process.ts";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { hasProgram } from "./programs.ts";

/*
 * The package as npm has it. Its one dependency, Deno, comes from npm's
 * registry: where that cannot be reached, nothing is installed, and the test's
 * name says so.
 */

const HAS_NPM = hasProgram("npm") && hasProgram("node");
const HAS_REGISTRY = HAS_NPM &&
  (await run("npm", {
      args: [
        "view",
        `deno@${Deno.version.deno}`,
        "version",
        "--fetch-retries=0",
      ],
    })).code === 0;

async function packed(folder: string): Promise<string> {
  const package_ = `${folder}/package`;
  await Deno.mkdir(package_);
  await buildNpm(package_);
  return await packNpm(package_, folder);
}

async function inFolder(
  task: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kar-npm-test-" });
  try {
    await task(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name:
    "npm packs kar98k with Deno as its only dependency, and without sources",
  ignore: !HAS_NPM || !hasProgram("tar"),
  fn: () =>
    inFolder(async (folder) => {
      const tgz = await packed(folder);
      const { output } = await run("tar", { args: ["-tzf", tgz] });
      const files = output.trim().split("\n");
      for (const file of ["kar.cjs", "main.js", "LICENSE", "package.json"]) {
        assert.ok(files.includes(`package/${file}`), file);
      }
      assert.ok(!files.some((file) => file.endsWith(".ts")));
      const { output: text } = await run("tar", {
        args: ["-xzOf", tgz, "package/package.json"],
      });
      const { name, version, dependencies } = JSON.parse(text);
      assert.deepEqual([name, version], ["kar98k", manifest.version]);
      assert.deepEqual(dependencies, { deno: Deno.version.deno });
    }),
});

Deno.test({
  name: "the npm package, installed, runs with Node alone" +
    (HAS_REGISTRY ? "" : " (npm's registry cannot be reached)"),
  ignore: !HAS_REGISTRY,
  fn: () =>
    inFolder(async (folder) => {
      const tgz = await packed(folder);
      const home = `${folder}/home`;
      await Deno.mkdir(home);
      await Deno.writeTextFile(`${home}/package.json`, "{}");
      const installed = await run("npm", {
        args: ["install", "--no-audit", "--no-fund", "--prefer-offline", tgz],
        cwd: home,
      });
      assert.equal(installed.code, 0, installed.output);
      const server = await startEchoInWorker({ port: 0 });
      try {
        await useIt(home, server.ports.http);
      } finally {
        await server.shutdown();
      }
    }),
});

/** Node's folder alone is on the path, and where it has been installed nothing else is. */
async function useIt(home: string, port: number): Promise<void> {
  const kar = (...args: string[]) =>
    run(`${home}/node_modules/.bin/kar`, {
      args,
      cwd: home,
      env: { PATH: "/usr/bin:/bin", HOME: home, XDG_RUNTIME_DIR: home },
    });
  const version = await kar("--version");
  assert.equal(version.output, `kar ${manifest.version}\n`);
  const short = ["-r", "50", "-d", "500ms", "--out", "json=report.json"];
  const ran = await kar("run", `http://127.0.0.1:${port}/`, ...short);
  assert.equal(ran.code, 0, ran.output);
  const report = JSON.parse(
    await Deno.readTextFile(`${home}/report.json`),
  );
  assert.ok(report.ok > 0 && report.ok === report.completed);
  // Exit codes come through.
  assert.equal((await kar("validate", "none.yaml")).code, 3);
}
