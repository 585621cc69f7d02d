import assert from "node:assert/strict";
import { fitBursts } from "../../src/learn/rate/bursts.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";
import { learn, LogReader } from "../../src/learn/mod.ts";
import {
  linesOf,
  MONDAY_MS,
  spikes,
  steady,
  visitsOf,
  WEEK,
  WRITE,
} from "../learn/made_log.ts";

/*
 * What the suite does with days of counts, with more of them: logs of each
 * format, drifts of hours in two weeks, a hundred Poisson processes.
 */

const DAY = 86_400;
const STRETCH_SEC = 409.6;

Deno.test("none of 100 Poisson processes is called bursty", () => {
  const draws = new ManyDraws();
  for (let run = 0; run < 100; run++) {
    const rate = [2, 20, 100][run % 3]!;
    const stretches = Array.from({ length: 6 }, () => {
      const us: number[] = [];
      let at = 0;
      for (;;) {
        at -= Math.log(1 - draws.unit()) / rate * 1e6;
        if (at >= STRETCH_SEC * 1e6) return Float64Array.from(us);
        us.push(at);
      }
    });
    assert.equal(fitBursts(stretches, 1).isBursty, false, `run ${run}`);
  }
});

for (
  const [amplitude, hours] of [[0.1, 1 / 6], [0.15, 1], [0.15, 3]] as const
) {
  Deno.test(`a drift of ${amplitude} and ${hours.toFixed(1)} h comes back from 14 days, in the mean of six`, () => {
    const draws = new ManyDraws();
    const found = Array.from({ length: 6 }, () => {
      const rho = Math.exp(-1 / (hours * 3600));
      let g = draws.normal();
      const counts = Float64Array.from({ length: 14 * DAY }, () => {
        g = g * rho + Math.sqrt(1 - rho * rho) * draws.normal();
        return draws.poisson(20 * Math.exp(amplitude * g - amplitude ** 2 / 2));
      });
      const bins = { fromSec: MONDAY_MS / 1000, binSec: 1, counts };
      const input = { bins, instants: [], tickUs: Infinity };
      const { drift } = learn(input, { zone: "UTC", keepPaths: false });
      return drift.drifts[0]!;
    });
    const mean = (of: (drift: typeof found[number]) => number) =>
      found.reduce((sum, drift) => sum + of(drift), 0) / found.length;
    const size = mean((drift) => drift.amplitude) / amplitude;
    const time = mean((drift) => drift.timeSec) / (hours * 3600);
    assert.ok(Math.abs(size - 1) <= 0.1, `amplitude ${size}`);
    assert.ok(Math.abs(time - 1) <= 0.25, `time ${time}`);
  });
}

for (const server of Object.keys(WRITE)) {
  Deno.test(`two days of visits with spikes come back from a log of ${server}`, () => {
    const pattern = { ...steady(4), schedule: WEEK, spikes: spikes(3) };
    const requests = visitsOf(
      { pattern, fromMs: MONDAY_MS, seconds: 2 * DAY },
      { clients: 50_000 },
    );
    const reader = new LogReader({ key: 1 });
    const encoder = new TextEncoder();
    for (let from = 0; from < requests.length; from += 50_000) {
      const part = requests.slice(from, from + 50_000);
      reader.push(encoder.encode(linesOf(part, server)));
    }
    reader.endFile();
    const facts = reader.end();
    const { bins, instants, tickUs } = facts;
    const found = learn({ bins, instants, tickUs, facts }, {
      zone: "UTC",
      keepPaths: false,
    });
    const edges = found.profile.types[0]!.steps.map(({ fromMin }) => fromMin);
    assert.deepEqual(edges, [0, 360, 480, 720, 810, 1200]);
    assert.equal(found.journey?.verdict, "fitted");
    const { lambda, shape, power } = found.spikes;
    if (power >= 0.8) {
      assert.ok(Math.abs(lambda * 600 - 1) <= 0.15, String(lambda * 600));
      assert.ok(Math.abs(shape!.factor / 3 - 1) <= 0.1, String(shape!.factor));
    }
    const ids = found.mix!.targets.find(({ ids }) => ids !== null)!.ids!;
    assert.ok(Math.abs(ids.skew - 0.9) <= 0.02, String(ids.skew));
  });
}
