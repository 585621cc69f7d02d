import assert from "node:assert/strict";
import {
  readState,
  type SavedState,
  writeState,
} from "../../src/daemon/state_file.ts";
import { modeOf, withFolder } from "./support.ts";

const STATE: SavedState = {
  version: 1,
  savedAt: "2026-11-24T09:00:00.000Z",
  seed: 98,
  run: { version: 1, planId: "p", savedMs: 7, body: { due: 3 } },
};

Deno.test("writeState() leaves one file that readState() reads", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.json`;
    assert.equal(await readState(path), null);
    await writeState(path, STATE);
    await writeState(path, { ...STATE, seed: 99 });
    assert.deepEqual(await readState(path), { ...STATE, seed: 99 });
    assert.deepEqual([...Deno.readDirSync(folder)].map((e) => e.name), [
      "a.json",
    ]);
    if (Deno.build.os !== "windows") assert.equal(await modeOf(path), 0o600);
  }));

Deno.test("writeState() replaces the rest of a save that was killed, and links", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.json`;
    await Deno.writeTextFile(`${folder}/precious`, "mine");
    await Deno.symlink(`${folder}/precious`, `${path}.new`);
    await writeState(path, STATE);
    assert.deepEqual(await readState(path), STATE);
    assert.equal(await Deno.readTextFile(`${folder}/precious`), "mine");
  }));

Deno.test("readState() refuses what is no state, and says how to begin anew", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.json`;
    const texts = [
      "",
      "{",
      "null",
      "[]",
      "7",
      '{"version":2,"seed":1,"run":{}}',
      '{"version":1,"run":{}}',
      JSON.stringify(STATE).slice(0, -9),
    ];
    for (const text of texts) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readState(path), {
        exit: "cannotStart",
        message:
          `Cannot resume from ${path}: it is not a state of this version of kar; remove it to start over`,
      });
    }
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(readState(path), { message: /not a regular file/ });
  }));
