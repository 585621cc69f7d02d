import assert from "node:assert/strict";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { realKar } from "../cli/kar.ts";
import { acceptWithUrl } from "./accept.ts";
import { foldersIn, Pty, ptyTest } from "./pty.ts";

/** Accepts what the wizard proposes for a target, and lets it save. */
async function saveAndStart(pty: Pty, url: string): Promise<void> {
  await acceptWithUrl(pty, url);
  await pty.shows(/● Save and start/);
  await pty.press("Enter");
  await pty.shows(/◆ {2}Save to which file/);
  await pty.answer("day.yaml");
}

async function startsDaemon(port: number): Promise<void> {
  await using pty = new Pty();
  const kar = (...args: string[]) =>
    realKar([...args, "--name", "night"], foldersIn(pty.folder));
  await pty.kar(["start", "--daemon", "--name", "night"]);
  const url = `http://127.0.0.1:${port}/api/health`;
  await saveAndStart(pty, url);
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
}

ptyTest(
  "kar start --daemon without a file asks, saves, detaches, and returns when the run is ready",
  async () => {
    const server = await startEchoInWorker({ port: 0 });
    try {
      await startsDaemon(server.ports.http!);
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

ptyTest(
  "kar start --daemon --config asks for the name of a host of others, and starts nothing without it",
  async () => {
    await using pty = new Pty();
    const file = `${pty.folder}/public.yaml`;
    // A name that cannot exist (RFC 2606): nothing is sent anywhere.
    await Deno.writeTextFile(
      file,
      `targets: [{ name: a, url: "http://kar.invalid/" }]\n`,
    );
    await pty.kar(["start", "--daemon", "--config", file, "--name", "far"]);
    await pty.shows(/kar\.invalid is neither this machine/);
    await pty.answer("kar.example");
    await pty.shows(/must be kar\.invalid/);
    await pty.press("Escape");
    await pty.ends(0);
    const { code } = await realKar(
      ["status", "--name", "far"],
      foldersIn(pty.folder),
    );
    assert.equal(code, 5);
  },
);
