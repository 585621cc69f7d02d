import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import type { PageData } from "../../src/page/mod.ts";
import { startEcho } from "../../src/echo/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { withFolder } from "../daemon/support.ts";
import {
  accessibilityFaults,
  browserTest,
  drawn,
  openTab,
} from "./chromium.ts";
import { assertNumbers } from "./numbers.ts";

/*
 * A real run, its report as JSON, and its page as a file: the same numbers.
 */

/** A target that fails now and then, and a journey of two steps that thinks. */
function configFor(url: string): string {
  return `
targets:
  - { name: api, url: "${url}/api/users", weight: 3 }
journeys:
  - name: shop
    base: "${url}"
    weight: 1
    steps:
      - { name: look, get: /api/users }
      - think: 40ms
      - { name: buy, post: /api/echo, body: "1" }
controller: { base_tps: 80, max_tps: 200, ramp_up_duration: 0s }
timezone: UTC
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
scenarios:
  - { name: calm, duration: 1s, base_tps: 60 }
  - { name: peak, duration: 1s, base_tps: 120 }
thresholds: ["errors < 50%"]
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
`;
}

browserTest(
  "the page of a real run has the numbers of its JSON, durations of journeys among them",
  (browser) =>
    withFolder(async (folder) => {
      const server = await startEcho({ port: 0, faults: { errorShare: 0.1 } });
      const json = `${folder}/run.json`;
      const html = `${folder}/run.html`;
      const system = new FakeSystem({
        args: ["run", "--config", "kar.yaml", "--quiet"]
          .concat(["--out", `json=${json}`, "--out", `html=${html}`]),
        files: {
          "kar.yaml": configFor(`http://127.0.0.1:${server.ports.http}`),
        },
        env: { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder },
      });
      try {
        const code = await runCli(system);
        assert.ok(code === 0 || code === 8, system.stderr.text);
      } finally {
        await server.shutdown();
      }
      const report = JSON.parse(await Deno.readTextFile(json));
      const viewport = { width: 1240, height: 5000 };
      const tab = await openTab(browser, `file://${html}`, { viewport });
      const { page, complaints, requests } = tab;
      const paths = await assertNumbers(page, report);
      const [journey] = report.journeys;
      assert.ok(journey.finished > 0 && journey.latency.duration.p50Ms >= 40);
      for (const key of ["duration", "active"]) {
        assert.ok(paths.includes(`journeys.0.latency.${key}.p50Ms`), key);
      }
      assert.ok(paths.includes("scenarios.1.latency.response.p99Ms"));
      const { series } = await dataIn(html);
      const whole = series.find(({ target }) => target === "journey shop")!;
      const started = whole.sent.reduce((sum, n) => sum + n, 0);
      assert.equal(started, journey.started);
      assert.ok(whole.heat.rows > 0);
      const all = series[0]!.sent.reduce((sum, n) => sum + n, 0);
      assert.equal(all, report.sent, "journeys and their steps count once");
      const journeys = await page.locator(".card", { hasText: "Journeys" })
        .first().innerText();
      assert.match(journeys, /shop[^]*with thinking[^]*without thinking/);
      // A step stands among the targets to choose from.
      const targets = page.getByLabel("Target", { exact: true });
      await targets.selectOption("shop/buy");
      assert.equal(await page.evaluate("location.hash"), "#target=shop%2Fbuy");
      await targets.selectOption("journey shop");
      await drawn(page);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, [`file://${html}`]);
      assert.deepEqual(await accessibilityFaults(page), []);
    }),
);

/** The data that a page has inside. */
async function dataIn(path: string): Promise<PageData> {
  const html = await Deno.readTextFile(path);
  const text = /id="data">([^<]*)</.exec(html)![1]!;
  const plain = new Blob([Uint8Array.fromBase64(text)]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(plain).text());
}
