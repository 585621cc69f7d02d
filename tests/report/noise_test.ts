import assert from "node:assert/strict";
import { buildReport, renderShort, renderText } from "../../src/report/mod.ts";
import type { MachineNoise } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

const PLAIN = { color: "none", unicode: true, width: 80 } as const;

const NOISE: MachineNoise = {
  wakes: 3000,
  p50Ms: 0.08,
  p90Ms: 0.3,
  p95Ms: 1,
  p99Ms: 5,
  p999Ms: null,
  maxMs: 31,
};

/** A run whose response times are these. */
function snapshotOf(times: readonly number[], noise = NOISE) {
  const { latency } = snapshotFixture();
  const response = durationsOf(times);
  return snapshotFixture({ latency: { ...latency, response }, noise });
}

/** A thousand answers after 2 ms: p50 to p95 are above the floor, p99 is below it. */
const EVEN = Array(20_000).fill(2);

Deno.test("a percentile below the noise floor is marked, and the mark explained", () => {
  const snapshot = snapshotOf(EVEN);
  const text = renderText(snapshot, PLAIN);
  const [row] = /^ {2}response time .*/m.exec(text)!;
  assert.match(
    row,
    /^ +response time +2.00ms +2.00ms +2.00ms +~2.00ms +2.00ms/,
  );
  assert.match(text, /~ is below the noise floor/);
  const short = renderShort(snapshot, PLAIN);
  assert.match(short, /p95 2.00ms {2}p99 ~2.00ms {2}max 2.00ms {2}\(~ noise\)/);
  for (const line of `${text}${short}`.split("\n")) {
    assert.ok(line.length <= 80, line);
  }
});

Deno.test("nothing is marked where the machine is quieter than the target, or not known", () => {
  const slow = snapshotOf(Array(20_000).fill(40));
  assert.ok(!renderText(slow, PLAIN).split("kar itself")[0]!.includes("~4"));
  assert.ok(!renderShort(slow, PLAIN).includes("~"));
  const text = renderText(snapshotFixture(), PLAIN);
  assert.ok(!text.includes("noise floor") && !text.includes("sleeping thread"));
});

Deno.test("the report has the noise floor as text and as JSON", () => {
  const snapshot = snapshotOf(EVEN);
  assert.match(
    renderText(snapshot, PLAIN).replace(/\s+/g, " "),
    /noise a sleeping thread woke p50 80µs, p90 300µs, p95 1.00ms, p99 5.00ms, max 31.0ms late/,
  );
  const { noiseFloor } = buildReport(snapshot);
  assert.deepEqual(
    {
      ...noiseFloor,
      below: noiseFloor!.below.filter((each) => each.startsWith("response")),
    },
    { ...NOISE, below: ["response.p99"] },
  );
  assert.equal(buildReport(snapshotFixture()).noiseFloor, null);
});
