import assert from "node:assert/strict";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { Pty, ptyTest } from "./pty.ts";

/** Writes a config of two targets on a server of this test. */
async function writeConfig(pty: Pty, port: number): Promise<string> {
  const path = `${pty.folder}/kar.yaml`;
  const url = `http://127.0.0.1:${port}/api`;
  await Deno.writeTextFile(
    path,
    `
targets:
  - { name: health, url: "${url}/health", weight: 70 }
  - { name: users, url: "${url}/users", weight: 30 }
controller: { base_tps: 20, max_tps: 100, ramp_up_duration: 0s }
pattern: { poisson: { interval: 5h, spike_factor: 4 } }
health: { enabled: false }
metrics: { enabled: false }
`,
  );
  return path;
}

/** Runs kar on a server of its own, in a plan's time that is always the same. */
async function withScreen(
  words: readonly string[],
  use: (pty: Pty) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const server = await startEchoInWorker({ port: 0 });
  try {
    await using pty = new Pty();
    const config = await writeConfig(pty, server.ports.http!);
    const start = ["--start", "2026-05-04T07:00:00Z"];
    const args = ["run", "--screen", "--config", config, ...start, ...words];
    await pty.kar(args, { env });
    await use(pty);
  } finally {
    await server.shutdown();
  }
}

/** A screen without what passes while nobody does anything. */
function withoutTime(screen: string): string {
  return screen.replace(/00:00:\d\d/, "00:00:##")
    .replace(/no spike in the next .*/, "no spike in the next #");
}

/** What a screen says, without the numbers, bars and charts that the machine's speed decides. */
function wordsOf(screen: string): string {
  return withoutTime(screen).split("\n").filter((line) => !line.includes("│"))
    .join("\n")
    .replace(/[█▉-▏░▒]+/g, "▒")
    .replace(/\d[-\d.:TZ]*(?:[µm]?s|k|%)?|–/g, "#")
    .replace(/ +/g, " ");
}

ptyTest(
  "kar run --screen: keys in, screen out, at 80×24",
  () =>
    withScreen(["--armed", "--duration", "5m"], async (pty) => {
      const armed = await pty.shows(/● armed[^]*ENTER fire/);
      await assertGolden("live_1_armed", withoutTime(armed));
      await pty.press("Enter");
      await pty.shows(/● firing {2}baseline/);
      await pty.press("+");
      await pty.shows(/● firing {2}manual[^]*planned · scale ×1\.1 /);
      await pty.press("+");
      await pty.shows(/planned · scale ×1\.21 /);
      await pty.press("-", "-");
      await pty.shows(/● firing {2}baseline.*\n.*\n.*planned {2}/);
      await pty.press("s");
      await pty.shows(/● firing {2}manual[^]*Spike ×4 for 10s/);
      await pty.press("x", "Up", "F4");
      await pty.press("Enter");
      await pty.shows(/● paused[^]*Pause from[^]*ENTER resume/);
      const paused = await pty.shows(/^ 0\/s of 0\/s planned {2}/m);
      await assertGolden("live_2_paused", wordsOf(paused));
      await pty.press("Enter");
      await pty.shows(/● firing[^]*ENTER pause/);
      await pty.press("q");
      const screen = await pty.ends(0);
      assert.match(screen, /send lag[^]*Result/);
    }),
);

const SIZES = [[40, 10], [20, 5], [200, 60], [9, 2], [80, 24]] as const;

ptyTest(
  "kar run --screen fits whatever size its terminal gets",
  () =>
    withScreen([], async (pty) => {
      await pty.shows(/● firing/);
      for (const [columns, rows] of SIZES) {
        await pty.resize({ columns, rows });
        const shape = `^ kar98k[^\\n]*\\n(?:.*\\n){${rows - 2}} q stop.*\\n$`;
        const screen = await pty.shows(new RegExp(shape));
        for (const line of screen.split("\n")) {
          assert.ok(line.length <= columns, line);
        }
      }
      await pty.press("C-c");
      await pty.ends(0);
    }),
);

ptyTest(
  "kar run --screen needs no Unicode and no colours",
  () =>
    withScreen(["--armed"], async (pty) => {
      const screen = await pty.shows(/\* armed[^]*ENTER fire/);
      assert.match(screen, /^[ -~\n]*$/);
      await pty.press("q");
      await pty.ends(0);
    }, { LC_ALL: "C", LANG: "C" }),
);

ptyTest(
  "kar run --screen leaves no traffic behind when its terminal goes away",
  () =>
    withScreen([], async (pty) => {
      await pty.shows(/● firing/);
      await pty.hangUp();
      await pty.isGone();
    }),
);
