import assert from "node:assert/strict";
import { ask } from "../../src/daemon/ask/mod.ts";
import { ControlEndpoint } from "../../src/daemon/control_endpoint.ts";
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

async function withEndpoint(
  use: (endpoint: ControlEndpoint, folder: Folder) => Promise<void>,
): Promise<void> {
  await withFolder(async (path) => {
    const folder: Folder = { path: `${path}/run`, kind: "own" };
    const endpoint = await ControlEndpoint.open(folder, "a");
    await endpoint.serve(CONTROLLED);
    try {
      await use(endpoint, folder);
    } finally {
      await endpoint.close();
    }
  });
}

const answers = (folder: Folder) =>
  ask(runtimeFiles(folder, "a").socket, (client) => client.status({}));

Deno.test({
  name: "ControlEndpoint.repair() leaves alone what is there",
  ignore,
  fn: () =>
    withEndpoint(async (endpoint, folder) => {
      assert.equal(await endpoint.repair(), false);
      assert.equal((await answers(folder)).name, "a");
    }),
});

Deno.test({
  name:
    "ControlEndpoint.repair() makes socket, lock and folder anew when they are gone",
  ignore,
  fn: () =>
    withEndpoint(async (endpoint, folder) => {
      await Deno.remove(folder.path, { recursive: true });
      await assert.rejects(answers(folder), { exit: "notRunning" });
      assert.equal(await endpoint.repair(), true);
      assert.equal((await answers(folder)).name, "a");
      await assert.rejects(ControlEndpoint.open(folder, "a"), {
        message: /already running/,
      });
    }),
});

Deno.test({
  name: "ControlEndpoint.repair() says why it cannot, and can later",
  ignore,
  fn: () =>
    withEndpoint(async (endpoint, folder) => {
      await Deno.remove(folder.path, { recursive: true });
      await Deno.writeTextFile(folder.path, "in the way");
      await assert.rejects(endpoint.repair(), { message: /is not a folder/ });
      await Deno.remove(folder.path);
      assert.equal(await endpoint.repair(), true);
      assert.equal((await answers(folder)).name, "a");
    }),
});

Deno.test({
  name: "ControlEndpoint.repair() does nothing once it is closed",
  ignore,
  fn: () =>
    withEndpoint(async (endpoint, folder) => {
      await endpoint.close();
      assert.equal(await endpoint.repair(), false);
      assert.deepEqual([...Deno.readDirSync(folder.path)], []);
    }),
});
