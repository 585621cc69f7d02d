import assert from "node:assert/strict";
import { RotatingFile } from "../../../src/daemon/mod.ts";
import { modeOf, withFolder } from "../support.ts";

const ROTATION = { bytesMax: 20, parts: 2 };

Deno.test("RotatingFile moves on when it is full, and forgets the oldest part", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const file = new RotatingFile(path, ROTATION);
    for (let i = 1; i <= 7; i++) await file.write(`line ${i}...\n`);
    file.close();
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ["a.log", "a.log.1", "a.log.2"]);
    const texts = await Promise.all(
      ["", ".1", ".2"].map((part) => Deno.readTextFile(path + part)),
    );
    assert.deepEqual(texts, [
      "line 7...\n",
      "line 5...\nline 6...\n",
      "line 3...\nline 4...\n",
    ]);
  }));

Deno.test({
  name: "RotatingFile is its user's alone",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const file = new RotatingFile(`${folder}/a.log`, ROTATION);
      await file.open();
      file.close();
      assert.equal(await modeOf(file.path), 0o600);
    }),
});

Deno.test("RotatingFile goes on where an earlier process was, below its half line", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    await Deno.writeTextFile(path, "whole\nha");
    const file = new RotatingFile(path, { bytesMax: 100, parts: 1 });
    await file.write("next\n");
    await file.write("last\n");
    file.close();
    assert.equal(await Deno.readTextFile(path), "whole\nha\nnext\nlast\n");
  }));

Deno.test("RotatingFile writes into a new file once it let go of one that was moved", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const file = new RotatingFile(path, { bytesMax: 100, parts: 1 });
    await file.write("1\n");
    await Deno.rename(path, `${folder}/moved`);
    await file.write("2\n");
    file.close();
    await file.write("3\n");
    file.close();
    assert.equal(await Deno.readTextFile(`${folder}/moved`), "1\n2\n");
    assert.equal(await Deno.readTextFile(path), "3\n");
  }));

Deno.test({
  name: "RotatingFile refuses a link, a folder and a device in its place",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/precious`, "mine");
      await Deno.symlink(`${folder}/precious`, `${folder}/link`);
      for (const path of [`${folder}/link`, folder, "/dev/null"]) {
        const file = new RotatingFile(path, ROTATION);
        await assert.rejects(file.open(), {
          exit: "cannotStart",
          message: /^Cannot write the log .*: it is not a regular file/,
        });
      }
      assert.equal(await Deno.readTextFile(`${folder}/precious`), "mine");
    }),
});

Deno.test("RotatingFile tries again after its folder was gone", () =>
  withFolder(async (folder) => {
    const path = `${folder}/sub/a.log`;
    const file = new RotatingFile(path, ROTATION);
    await assert.rejects(file.write("1\n"), { exit: "cannotStart" });
    await Deno.mkdir(`${folder}/sub`);
    await file.write("2\n");
    file.close();
    assert.equal(await Deno.readTextFile(path), "2\n");
  }));
