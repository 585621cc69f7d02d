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
    const none = "it is not a state of this version of kar";
    const state = (more: object) => JSON.stringify({ ...STATE, ...more });
    const texts: [text: string, why: string][] = [
      ["", none],
      ["{", none],
      [JSON.stringify(STATE).slice(0, -9), none],
      ["null", "state is null, must be an object"],
      ["[]", "state is [], must be an object"],
      ["7", "state is 7, must be an object"],
      [state({ version: 2 }), "state.version is 2, must be one of 1"],
      [
        state({ seed: -1 }),
        "state.seed is -1, must be from 0 to 9007199254740991",
      ],
      [state({ seed: 0.5 }), "state.seed is 0.5, must be a whole number"],
      [
        state({ seed: undefined }),
        "state.seed is missing, must be from 0 to 9007199254740991",
      ],
      [
        state({ savedAt: {} }),
        "state.savedAt is {}, must be a text of at most 64 characters",
      ],
      [state({ run: null }), "state.run is null, must be an object"],
    ];
    for (const [text, why] of texts) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readState(path), {
        exit: "cannotStart",
        message: `Cannot resume from ${path}: ${why}; remove it to start over`,
      });
    }
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(readState(path), { message: /not a regular file/ });
  }));
