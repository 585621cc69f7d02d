import assert from "node:assert/strict";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { realKar } from "../cli/kar.ts";
import { acceptWithUrl } from "./accept.ts";
import { foldersIn, Pty, ptyTest } from "./pty.ts";

/** Whether a daemon can serve its metrics where it does unless told otherwise. */
function isMetricsPortFree(): boolean {
  try {
    Deno.listen({ port: 9090 }).close();
    return true;
  } catch {
    return false;
  }
}

/** Accepts what the wizard proposes for a target, and lets it save. */
async function saveAndStart(pty: Pty, url: string): Promise<void> {
  await acceptWithUrl(pty, url);
  await pty.shows(/● Save and start/);
  await pty.press("Enter");
  await pty.shows(/◆ {2}Save to which file/);
  await pty.answer("day.yaml");
}

ptyTest(
  "kar start --daemon without a file asks, saves, detaches, and returns when the run is ready",
  async () => {
    const server = await startEchoInWorker({ port: 0 });
    try {
      await using pty = new Pty();
      const kar = (...args: string[]) =>
        realKar([...args, "--name", "night"], foldersIn(pty.folder));
      const isFree = isMetricsPortFree();
      await pty.kar(["start", "--daemon", "--name", "night"]);
      const url = `http://127.0.0.1:${server.ports.http}/api/health`;
      await saveAndStart(pty, url);
      if (!isFree) {
        assert.match(await pty.ends(4), /9090/);
        return;
      }
      assert.match(
        await pty.ends(0),
        /night: armed, process \d+\n *kar trigger --name night fires it/,
      );
      const file = await Deno.readTextFile(`${pty.folder}/day.yaml`);
      assert.match(file, new RegExp(`url: "${url}"`));
      try {
        // A closed terminal is nothing to it.
        await pty.hangUp();
        const { out } = await kar("status", "--json");
        const { state, sent } = JSON.parse(out);
        assert.deepEqual([state, sent], ["armed", 0]);
      } finally {
        assert.equal((await kar("stop")).code, 0);
      }
    } finally {
      await server.shutdown();
    }
  },
);

ptyTest(
  "kar start --daemon starts nothing when the user quits or interrupts",
  async () => {
    await using pty = new Pty();
    await pty.kar(["start", "--daemon"]);
    await pty.shows(/Target URL:/);
    await pty.press("C-c");
    assert.match(await pty.ends(130), /Cancelled; nothing was sent/);
    const { code } = await realKar(["status"], foldersIn(pty.folder));
    assert.equal(code, 5);
  },
);
