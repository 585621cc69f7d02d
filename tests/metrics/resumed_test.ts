import assert from "node:assert/strict";
import { renderMetrics } from "../../src/metrics/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { planWith, SimRun } from "../sim/harness.ts";

/** The samples of a scrape, added up by name. */
async function sums(snapshot: Snapshot): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const line of (await renderMetrics(snapshot)).split("\n")) {
    const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}

Deno.test("a resumed run's scrapes begin at 0 and count what its own process did", async () => {
  const first = new SimRun(planWith());
  await first.go(5000);
  const restore = JSON.parse(JSON.stringify(first.run.save()));
  const wallMs = first.clock.wall();
  first.run.stop();
  await first.advance(500);

  const next = new SimRun(planWith(), { restore, wallMs });
  await next.start();
  const begun = next.run.snapshot();
  assert.ok(begun.completed > 100, "totals go on");
  await next.clock.run(3000);
  next.run.drain();
  await next.clock.run(3000);
  const end = next.run.snapshot();
  const scraped = await sums(end);
  const { ended } = next.server;
  assert.ok(ended > 100 && end.completed === begun.completed + ended);
  for (const name of ["requests_total", "request_duration_seconds_count"]) {
    assert.equal(scraped.get(`kar98k_${name}`), ended, name);
  }
  const lags = scraped.get("kar98k_send_lag_seconds_count");
  assert.equal(lags, next.server.sent);
});
