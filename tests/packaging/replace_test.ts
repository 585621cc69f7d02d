import assert from "node:assert/strict";
import { replaceFile } from "../../scripts/packaging/replace.ts";
import { failureOf, NoRuntimePart } from "../../scripts/packaging/denort.ts";
import { hostTarget } from "../../scripts/packaging/targets.ts";

async function withFolder(use: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("replaceFile() puts a file in the place of one that is there, again and again", () =>
  withFolder(async (folder) => {
    const path = `${folder}/dist/kar`;
    for (const text of ["first", "second"]) {
      await replaceFile(path, (fresh) => {
        assert.match(fresh, /\/kar$/);
        return Deno.writeTextFile(fresh, text);
      });
      assert.equal(await Deno.readTextFile(path), text);
    }
    assert.deepEqual(names(`${folder}/dist`), ["kar"]);
  }));

Deno.test("replaceFile() leaves the old file where the new one fails", () =>
  withFolder(async (folder) => {
    const path = `${folder}/kar`;
    await Deno.writeTextFile(path, "old");
    const failing = replaceFile(path, async (fresh) => {
      await Deno.writeTextFile(fresh, "half");
      throw new Error("it does not start");
    });
    await assert.rejects(failing, /it does not start/);
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual(names(folder), ["kar"]);
  }));

Deno.test("failureOf() tells a runtime part that cannot be had from any other failure", () => {
  const target = hostTarget();
  const missing = "Could not find denort at '/nowhere'";
  assert.ok(failureOf(target, missing) instanceof NoRuntimePart);
  assert.ok(
    !(failureOf(target, "error: a syntax error") instanceof NoRuntimePart),
  );
});
