import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { failureLines, openNotifier } from "../../src/daemon/mod.ts";
import { withFolder } from "./support.ts";

const ignore = Deno.build.os === "windows";

/** A service manager: what it is told, line by line. */
class Manager {
  readonly #socket: Deno.DatagramConn;

  constructor(path: string) {
    this.#socket = Deno.listenDatagram({ transport: "unixpacket", path });
  }

  async hear(): Promise<string[]> {
    const [bytes] = await this.#socket.receive();
    return new TextDecoder().decode(bytes).split("\n");
  }

  close(): void {
    this.#socket.close();
  }
}

function envOf(folder: string, more: Record<string, string> = {}) {
  const values: Record<string, string> = {
    RUNTIME_DIRECTORY: folder,
    NOTIFY_SOCKET: `${folder}/manager`,
    ...more,
  };
  return (name: string) => values[name];
}

Deno.test("openNotifier() tells nobody where there is no service manager", async () => {
  const notifier = openNotifier(() => undefined);
  assert.equal(notifier.isOn, false);
  await notifier.send("READY=1");
  notifier.close();
});

Deno.test({
  name: "openNotifier() sends lines, and leaves nothing behind",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const manager = new Manager(`${folder}/manager`);
      const notifier = openNotifier(envOf(folder));
      await notifier.send("READY=1", "STATUS=fine");
      assert.deepEqual(await manager.hear(), ["READY=1", "STATUS=fine"]);
      manager.close();
      // Nobody listens any more, and nobody minds.
      await notifier.send("STATUS=alone");
      notifier.close();
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assert.deepEqual(names, ["manager"]);
    }),
});

Deno.test({
  name: "openNotifier() does without a folder of its own",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const env = envOf(folder, { RUNTIME_DIRECTORY: `${folder}/nothing` });
      const notifier = openNotifier(env);
      await notifier.send("READY=1");
      notifier.close();
    }),
});

Deno.test("failureLines() carries all of a message on one line", () => {
  const error = new KarError("config", "a: wrong\nb: wrong too");
  assert.deepEqual(failureLines(error), [
    "STATUS=a: wrong",
    'X_KAR_ERROR="a: wrong\\nb: wrong too"',
  ]);
  assert.ok(failureLines(new Error("x".repeat(1e6))).join("").length < 20_000);
});
