/**
 * Runs kar against its own echo server for a given time and prints memory over
 * time, so that growth is seen: `deno run -A scripts/soak.ts [DURATION] [RATE] [CLIENT]`.
 */
import { startRun } from "../src/run/mod.ts";
import { parseDuration } from "../src/base/mod.ts";
import { startEchoInWorker } from "../src/echo/mod.ts";
import type { ClientName } from "../src/plan/mod.ts";
import { total } from "../src/stats/mod.ts";
import { constantPlan } from "./bench/plans.ts";

const [duration = "10m", rate = "500", client = "wire"] = Deno.args;
const durationMs = parseDuration(duration);
if (durationMs === undefined) {
  console.error(`soak: "${duration}" is not a duration such as 10m or 2h`);
  Deno.exit(2);
}
/** Lines printed over the whole time. */
const LINES = 20;

const echo = await startEchoInWorker({ port: 0 });
const run = await startRun({
  plan: constantPlan({
    url: `http://127.0.0.1:${echo.ports.http}/health`,
    protocol: "http",
    client: client as ClientName,
  }, { base: Number(rate), pacing: "normal", inFlight: 1000 }),
  variables: {},
  durationMs,
});
console.log("minute   rss MB   sent       failed   missed");
const timer = setInterval(tell, durationMs / LINES);
await run.finished;
clearInterval(timer);
tell();
await echo.shutdown();

function tell(): void {
  const s = run.snapshot();
  const minute = ((s.nowMs - s.startMs) / 60_000).toFixed(1);
  console.log(
    `${minute.padStart(6)}   ${
      (s.cost.rssBytes / 1e6).toFixed(1).padStart(6)
    }   ${String(s.sent).padEnd(9)}  ${String(total(s.failed)).padEnd(7)}  ${
      total(s.missed)
    }`,
  );
}
