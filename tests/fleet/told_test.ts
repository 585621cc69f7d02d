import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { ToldCodec } from "../../src/cli/fleet/told/told.ts";
import type { PartTold } from "../../src/cli/fleet/told/types.ts";
import { toldOf } from "../../src/cli/fleet/told/of_run.ts";
import { plainTotals, TALLY } from "../../src/stats/mod.ts";
import { planWith, SimRun } from "../sim/harness.ts";

const BYTES_MAX = 256 * 1024;

/** What a part tells that has sent for some seconds. */
async function someTold(): Promise<PartTold> {
  const sim = new SimRun(planWith(), { durationMs: 10_000 });
  await sim.go(60_000);
  const claim = {
    ...{ part: 2, node: "n", incarnation: "i", host: "h", run: "r" },
    ...{ epoch: 1, storedMs: 0 },
  };
  const head = {
    ...{ run: "r", part: 2, epoch: 1, seq: 1, eventSeq: 0, late: [] },
    ...{ isAlone: false, offsetMs: 0, errorMs: 1 },
  };
  return toldOf(sim.run, head, {
    ...{ claim, spans: [], offers: [], isOver: true },
  });
}

/** The counts of all that was told. */
function countsOf({ totals }: PartTold): unknown {
  return Object.values(totals.targets).map(({ tallies, codes }) => [
    tallies,
    codes,
  ]);
}

Deno.test("what a part tells is read as it was told", async () => {
  const told = await someTold();
  const codec = new ToldCodec();
  const { bytes, without } = codec.encode(told, BYTES_MAX);
  assert.equal(without, null);
  const read = codec.decode(bytes);
  assert.deepEqual(plainTotals(read.totals), told.totals);
  assert.deepEqual(read.spans, told.spans);
  assert.equal(read.without, "nothing");
});

Deno.test("what has no room loses details and no count, and what was left out stays left out", async () => {
  const told = await someTold();
  const codec = new ToldCodec();
  const whole = codec.encode(told, BYTES_MAX).bytes.length;
  // So much room that durations do not fit.
  let few = new ToldCodec();
  let bytesMax = whole;
  let encoded = few.encode(told, bytesMax);
  while (few.decode(encoded.bytes).without !== "durations") {
    few = new ToldCodec();
    encoded = few.encode(told, --bytesMax);
  }
  assert.ok(encoded.bytes.length <= bytesMax);
  assert.match(
    encoded.without!,
    /^What part 2 has to tell is more than \S+ KiB: it tells all counts, and leaves out reasons and durations, which its own record has/,
  );
  const read = few.decode(encoded.bytes);
  assert.deepEqual(countsOf(read), countsOf(told));
  const [target] = Object.values(read.totals.targets);
  assert.ok(target!.response.every((times) => times === null));
  assert.ok(target!.tallies.some((tally) => tally[TALLY.sent]! > 0));
  const again = few.decode(few.encode(told, BYTES_MAX).bytes);
  assert.equal(again.without, "durations", "sums only grow");
  assert.throws(
    () => new ToldCodec().encode(told, 100),
    /the counts of part 2 have \d+ bytes, at most 100/,
  );
});

Deno.test("numbers that no part can have come to are refused", async () => {
  const codec = new ToldCodec();
  const { bytes } = codec.encode(await someTold(), BYTES_MAX);
  const forged = (text: string, change: readonly [RegExp, string]) => {
    assert.match(text, change[0]);
    return gzipSync(text.replace(...change));
  };
  const text = gunzipSync(bytes).toString();
  codec.decode(gzipSync(text));
  const changes: [RegExp, string][] = [
    [/"cpuSec":[\d.]+/, '"cpuSec":-1'],
    [/"rssBytes":\d+/, '"rssBytes":1e400'],
    [/"share":1/, '"share":1e9'],
    [/"workersUp":\d+/, '"workersUp":1e12'],
    [/"trips":0/, '"trips":-3'],
    [/"madeUpTo":\d+/, '"madeUpTo":1'],
    [/"errorMs":1/, '"errorMs":1e12'],
    [/"errorMs":1/, '"errorMs":null'],
    [/"due":\d+/, '"due":-5'],
    [/"savedMs":[\d.]+/, '"savedMs":-1'],
    [/"silentUntilMs":\d+/, '"silentUntilMs":1e99'],
    [/"without":"nothing"/, '"without":"all"'],
    [/"offers":\[\]/, '"offers":[{"plan":"x","why":null}]'],
    [/"isOver":true/, '"isOver":1'],
  ];
  for (const change of changes) {
    assert.throws(() => codec.decode(forged(text, change)), String(change));
  }
});
