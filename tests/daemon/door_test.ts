import assert from "node:assert/strict";
import { ask } from "../../src/daemon/ask/mod.ts";
import { Door } from "../../src/daemon/door.ts";
import { type Folder, runtimeFiles } from "../../src/daemon/mod.ts";
import type { Controlled } from "../../src/daemon/serve/mod.ts";
import { FakeRun, withFolder } from "./support.ts";

const ignore = Deno.build.os === "windows";

const CONTROLLED: Controlled = {
  about: { name: "a", version: "0", pid: 1, config: "", logFile: "" },
  run: new FakeRun(),
  warnings: () => [],
  keep: () => Promise.resolve(),
  reload: () => Promise.reject(new Error("not here")),
};

async function withDoor(
  use: (door: Door, folder: Folder) => Promise<void>,
): Promise<void> {
  await withFolder(async (path) => {
    const folder: Folder = { path: `${path}/run`, kind: "own" };
    const door = await Door.open(folder, "a");
    await door.serve(CONTROLLED);
    try {
      await use(door, folder);
    } finally {
      await door.close();
    }
  });
}

const answers = (folder: Folder) =>
  ask(runtimeFiles(folder, "a").socket, (client) => client.status({}));

Deno.test({
  name: "Door.repair() leaves alone what is there",
  ignore,
  fn: () =>
    withDoor(async (door, folder) => {
      assert.equal(await door.repair(), false);
      assert.equal((await answers(folder)).name, "a");
    }),
});

Deno.test({
  name: "Door.repair() makes socket, lock and folder anew when they are gone",
  ignore,
  fn: () =>
    withDoor(async (door, folder) => {
      await Deno.remove(folder.path, { recursive: true });
      await assert.rejects(answers(folder), { exit: "notRunning" });
      assert.equal(await door.repair(), true);
      assert.equal((await answers(folder)).name, "a");
      await assert.rejects(Door.open(folder, "a"), {
        message: /already running/,
      });
    }),
});

Deno.test({
  name: "Door.repair() says why it cannot, and can later",
  ignore,
  fn: () =>
    withDoor(async (door, folder) => {
      await Deno.remove(folder.path, { recursive: true });
      await Deno.writeTextFile(folder.path, "in the way");
      await assert.rejects(door.repair(), { message: /is not a folder/ });
      await Deno.remove(folder.path);
      assert.equal(await door.repair(), true);
      assert.equal((await answers(folder)).name, "a");
    }),
});

Deno.test({
  name: "Door.repair() does nothing once it is closed",
  ignore,
  fn: () =>
    withDoor(async (door, folder) => {
      await door.close();
      assert.equal(await door.repair(), false);
      assert.deepEqual([...Deno.readDirSync(folder.path)], []);
    }),
});
