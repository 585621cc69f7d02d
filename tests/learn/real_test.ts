import assert from "node:assert/strict";
import { CsvCounts, learn } from "../../src/learn/mod.ts";

/** What is learned of a trace under `tests/fixtures/azure`. */
async function trace(name: string) {
  const file = await Deno.open(
    new URL(`../fixtures/azure/${name}.csv.gz`, import.meta.url),
  );
  const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  const counts = new CsvCounts();
  for (const line of text.trimEnd().split("\n")) counts.take(line);
  return learn(counts.end(), { zone: "UTC", keepPaths: false });
}

Deno.test("the trace of conversations becomes a drift, and no bursts", async () => {
  const { drift, bursts, spikes, requests } = await trace("conv");
  assert.equal(requests, 19_366);
  assert.equal(drift.drifts.length, 1);
  const { amplitude, timeSec } = drift.drifts[0]!;
  assert.ok(amplitude > 0.15 && amplitude < 0.3, String(amplitude));
  assert.ok(timeSec > 240 && timeSec < 1200, String(timeSec));
  assert.equal(bursts.isBursty, false, bursts.why);
  assert.equal(spikes.verdict, "none");
});

Deno.test("the trace of code becomes bursts, and no drift", async () => {
  const { drift, bursts, spikes, requests } = await trace("code");
  assert.equal(requests, 8819);
  assert.equal(bursts.isBursty, true);
  const bands = [bursts.slow!, bursts.mid!, bursts.fast!];
  [0.75, 0.65, 0.85].forEach((b, i) =>
    assert.ok(Math.abs(bands[i]! - b) < 0.03, `${bands[i]} for ${b}`)
  );
  assert.deepEqual(drift.drifts, []);
  assert.equal(spikes.verdict, "cannotTell");
});
