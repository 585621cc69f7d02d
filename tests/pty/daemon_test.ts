import assert from "node:assert/strict";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { realKar } from "../cli/kar.ts";
import { acceptWithUrl } from "./accept.ts";
import { foldersIn, Pty, ptyTest } from "./pty.ts";

/** Another run may serve its metrics where a daemon does unless told otherwise. */
const TRIES = 4;

/** Accepts what the wizard proposes for a target, and lets it save. */
async function saveAndStart(pty: Pty, url: string): Promise<void> {
  await acceptWithUrl(pty, url);
  await pty.shows(/● Save and start/);
  await pty.press("Enter");
  await pty.shows(/◆ {2}Save to which file/);
  await pty.answer("day.yaml");
}

/** @returns whether it could serve its metrics */
async function startsDaemon(port: number): Promise<boolean> {
  await using pty = new Pty();
  const kar = (...args: string[]) =>
    realKar([...args, "--name", "night"], foldersIn(pty.folder));
  await pty.kar(["start", "--daemon", "--name", "night"]);
  const url = `http://127.0.0.1:${port}/api/health`;
  await saveAndStart(pty, url);
  if (/ended 4/.test(await pty.shows(/ended \d/))) {
    assert.match(await pty.ends(4), /9090/);
    assert.equal((await kar("status")).code, 5);
    return false;
  }
  assert.match(
    await pty.ends(0),
    /night: armed, process \d+\n *kar trigger --name night fires it/,
  );
  try {
    const file = await Deno.readTextFile(`${pty.folder}/day.yaml`);
    assert.match(file, new RegExp(`url: "${url}"`));
    // A closed terminal is nothing to it.
    await pty.hangUp();
    const { state, sent } = JSON.parse((await kar("status", "--json")).out);
    assert.deepEqual([state, sent], ["armed", 0]);
  } finally {
    assert.equal((await kar("stop")).code, 0);
  }
  return true;
}

ptyTest(
  "kar start --daemon without a file asks, saves, detaches, and returns when the run is ready",
  async () => {
    const server = await startEchoInWorker({ port: 0 });
    try {
      let tries = 1;
      while (!await startsDaemon(server.ports.http!) && tries < TRIES) tries++;
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
