/** A real Prometheus scrapes a real run. */
import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { startRun } from "../../src/run/mod.ts";
import { startEcho } from "../../src/echo/mod.ts";
import { serveMetrics } from "../../src/metrics/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { hasProgram } from "../packaging/programs.ts";
import { planWith, targetWith } from "../sim/plans.ts";
import { Prometheus } from "./prometheus.ts";

const SKIPPED = hasProgram("prometheus")
  ? ""
  : " (skipped: no prometheus on PATH)";

Deno.test({
  name: `Prometheus knows of a run what its report knows${SKIPPED}`,
  ignore: SKIPPED !== "",
  fn: async () => {
    const echo = await startEcho({ port: 0, faults: { errorShare: 0.2 } });
    const url = `http://127.0.0.1:${echo.ports.http}/api/health`;
    const targets = ["api", 'a "quoted" \\ name'].map((name) =>
      targetWith({ name, url, client: "wire" })
    );
    const run = await startRun({
      plan: planWith({ pattern: { base: 200 }, targets }),
      variables: {},
      durationMs: 2000,
    });
    const metrics = serveMetrics({
      address: "127.0.0.1:0",
      path: "/metrics",
      snapshot: () => run.snapshot(),
    });
    try {
      await using prometheus = await Prometheus.start(metrics.address);
      const s = await run.finished;
      const completed = "sum(kar98k_requests_total)";
      await until(
        "all is known",
        async () => await prometheus.number(completed) === s.completed,
      );
      const table: readonly [query: string, value: number][] = [
        ['sum(kar98k_requests_total{status="success"})', s.ok],
        ['sum(kar98k_requests_total{code="500"})', s.failed.status ?? 0],
        ["sum(kar98k_failures_total)", total(s.failed)],
        ["sum(kar98k_missed_total)", total(s.missed)],
        ["sum(kar98k_request_duration_seconds_count)", s.completed],
        ["kar98k_send_lag_seconds_count", s.sent],
        ["kar98k_requests_in_flight", 0],
        ["kar98k_circuit_breaker_level", 1],
        ["kar98k_circuit_breaker_trips_total", 0],
        ["up", 1],
      ];
      for (const [query, value] of table) {
        assert.equal(await prometheus.number(query), value, query);
      }
      for (const { name, completed } of s.targets) {
        const query = `sum(kar98k_requests_total{target=${
          JSON.stringify(name)
        }})`;
        assert.equal(await prometheus.number(query), completed, query);
      }
      // A quantile of Prometheus is as good as the bucket it lies in.
      const p50Sec = await prometheus.number(
        "histogram_quantile(0.5, sum by (le) (kar98k_request_duration_seconds_bucket))",
      );
      const p50Ms = s.latency.response.percentile(0.5)!;
      assert.ok(p50Sec > 0 && p50Sec * 1000 < Math.max(2, 2 * p50Ms));
      await checkMetadata(prometheus);
    } finally {
      run.stop();
      await run.finished;
      await metrics.close();
      await echo.shutdown();
    }
  },
});

/** Every metric of kar has its type and a word of help. */
async function checkMetadata(prometheus: Prometheus): Promise<void> {
  const metadata = await prometheus.get<
    Readonly<Record<string, readonly { type: string; help: string }[]>>
  >("metadata");
  const ours = Object.entries(metadata)
    .filter(([name]) => name.startsWith("kar98k_"));
  assert.ok(ours.length >= 12, `${ours.length}`);
  for (const [name, [meta]] of ours) {
    const type = name.endsWith("_total")
      ? "counter"
      : name.endsWith("_seconds")
      ? "histogram"
      : "gauge";
    assert.equal(meta!.type, type, name);
    assert.notEqual(meta!.help, "", name);
  }
}
