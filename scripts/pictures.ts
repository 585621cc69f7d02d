/**
 * Takes the pictures of the README from the real screen: kar in a terminal of
 * 80 × 24 (tmux has to be there), against its own sample server on port 8080,
 * and its page in Chromium.
 *
 * Use: `deno task pictures [page]`; the files are in `assets`.
 */
import { startEcho } from "../src/echo/mod.ts";
import { ROOT } from "./packaging/program.ts";
import { takePage } from "./pictures/page.ts";
import { SIZE, Stage } from "./pictures/stage.ts";
import { svgOf } from "./pictures/svg.ts";

/** Long enough to have something to show. */
const FIRE_MS = 25_000;
const SPIKE_MS = 4000;

async function save(name: string, title: string, screen: string) {
  const path = `${ROOT}/assets/${name}.svg`;
  await Deno.writeTextFile(path, svgOf(screen, { title, ...SIZE }));
  console.log(path);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The wizard's four pages, each with its last question. */
async function wizard(stage: Stage): Promise<void> {
  await stage.kar(["start"]);
  await accept(stage, [
    ...[/Target URL/, /Protocol/, /HTTP method/, /Do requests differ/],
  ]);
  const target = await stage.shows(/Headers/);
  await save("wizard-1-target", "kar start, step 1: the target", target);
  await accept(stage, [/Headers/, /Base TPS/]);
  const traffic = await stage.shows(/Max TPS/);
  await save("wizard-2-traffic", "kar start, step 2: the traffic", traffic);
  await accept(stage, [/Max TPS/, /Spikes/, /Spike factor/, /Noise/]);
  await stage.shows(/Schedule/);
  await stage.type("9-17:1.5, 0-5:0.3");
  const pattern = await stage.shows(/0-5:0\.3/);
  await save("wizard-3-pattern", "kar start, step 3: the pattern", pattern);
  await stage.press("Enter");
  const review = await stage.shows(/Quit/);
  await save("wizard-4-review", "kar start, step 4: review and fire", review);
}

async function accept(stage: Stage, questions: readonly RegExp[]) {
  for (const question of questions) {
    await stage.shows(question);
    await stage.press("Enter");
  }
}

async function firing(stage: Stage): Promise<void> {
  await stage.press("Enter");
  await stage.shows(/firing/);
  await wait(FIRE_MS);
  await stage.press("s");
  await wait(SPIKE_MS);
  const screen = await stage.shows(/firing/);
  await save("firing", "kar firing: the live screen", screen);
  await stage.press("q");
}

async function main(): Promise<void> {
  await Deno.mkdir(`${ROOT}/assets`, { recursive: true });
  await takePage(`${ROOT}/assets/page.png`);
  if (Deno.args[0] === "page") return;
  const server = await startEcho({ port: 8080 });
  try {
    await using stage = new Stage();
    await wizard(stage);
    await firing(stage);
  } finally {
    await server.shutdown();
  }
}

if (import.meta.main) await main();
