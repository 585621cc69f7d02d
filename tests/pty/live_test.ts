import assert from "node:assert/strict";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { freePort } from "../fixtures/ports.ts";
import { acceptWithUrl } from "./accept.ts";
import { Pty, ptyTest } from "./pty.ts";

/** A config for a server of this test. */
async function writeConfig(pty: Pty, port: number): Promise<string> {
  const path = `${pty.folder}/kar.yaml`;
  await Deno.writeTextFile(
    path,
    `
targets: [{ name: echo, url: "http://127.0.0.1:${port}/api/health" }]
controller: { base_tps: 20, max_tps: 100, ramp_up_duration: 1s }
metrics: { enabled: false }
`,
  );
  return path;
}

ptyTest(
  "kar start looks for the target, fires, obeys keys, and ends with the report",
  async () => {
    const server = await startEchoInWorker({ port: 0 });
    try {
      await using pty = new Pty();
      await pty.kar(["start"]);
      await pty.shows(/Target URL:/);
      await pty.answer(`http://127.0.0.1:${server.ports.http}/api/health`);
      const questions = [
        /◆ {2}Protocol/,
        /◆ {2}HTTP method/,
        /◆ {2}Do requests differ/,
        /◆ {2}Headers/,
        /◆ {2}Base TPS/,
        /◆ {2}Max TPS/,
        /◆ {2}Spikes/,
        /◆ {2}Spike factor/,
        /◆ {2}Noise/,
        /◆ {2}Schedule/,
        /● Fire/,
      ];
      for (const question of questions) {
        await pty.shows(question);
        await pty.press("Enter");
      }
      await pty.shows(/kar98k {2}● firing/);
      await pty.press("Enter");
      await pty.shows(/● paused/);
      await pty.press("Enter");
      await pty.shows(/● firing/);
      await pty.press("s");
      await pty.shows(/● firing {2}manual/);
      await pty.resize({ columns: 100, rows: 40 });
      await pty.shows(/^(?:.*\n){39} q stop/);
      await pty.press("q");
      const screen = await pty.ends(0);
      assert.match(screen, /send lag[^]*ended/);
    } finally {
      await server.shutdown();
    }
  },
);

ptyTest(
  "kar run --screen gives the terminal back after each signal",
  async () => {
    const server = await startEchoInWorker({ port: 0 });
    try {
      const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
      await Promise.all(signals.map(async (signal) => {
        await using pty = new Pty();
        const config = await writeConfig(pty, server.ports.http!);
        await pty.kar(["run", "--screen", "--config", config]);
        await pty.shows(/● firing/);
        await pty.signal(signal);
        await pty.ends(0);
      }));
    } finally {
      await server.shutdown();
    }
  },
);

ptyTest("kar start asks twice where the target does not answer", async () => {
  await using pty = new Pty();
  await pty.kar(["start"]);
  await acceptWithUrl(pty, `http://127.0.0.1:${freePort()}/`);
  await pty.press("Enter");
  await pty.shows(/◆ {2}The target refuses the connection/);
  await pty.press("Enter");
  await pty.shows(/● Fire/);
  await pty.press("C-c");
  await pty.ends(130);
});
