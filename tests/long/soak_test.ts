import assert from "node:assert/strict";
import { parseDuration } from "../../src/base/mod.ts";
import { checkCounts } from "../soak/checks.ts";
import { soak } from "../soak/soak.ts";

/*
 * What the suite does for some seconds, for twenty minutes:
 *
 *   KAR_SOAK=2h KAR_SOAK_RATE=1000 deno task test:long tests/long/soak_test.ts
 */
const SECONDS = parseDuration(Deno.env.get("KAR_SOAK") ?? "20m")! / 1000;
const RATE = Number(Deno.env.get("KAR_SOAK_RATE") ?? 200);
/** Memory may waver by this much, and not grow. */
const GROWTH_MB = 12;
const LINES = 20;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

Deno.test({
  name:
    `kar counts exactly and its memory is flat beside a faulty server and two that flood it, for ${SECONDS} s`,
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const soaked = await soak({ seconds: SECONDS, ratePerSec: RATE });
    const { rssMb, report, seen } = soaked;
    const each = Math.max(1, Math.floor(rssMb.length / LINES));
    const lines = rssMb.filter((_, i) => i % each === 0)
      .map((mb) => mb.toFixed(0));
    console.log(`memory in MB: ${lines.join(" ")}`);
    const { due, sent, ok, missed, failed, targets } = report;
    console.log(JSON.stringify({ due, sent, ok, missed, failed, seen }));
    for (const target of targets) console.log(JSON.stringify(target.failed));
    checkCounts(soaked);
    const part = (from: number, to: number) =>
      median(rssMb.slice(rssMb.length * from, rssMb.length * to));
    const [early, late] = [part(0.2, 0.4), part(0.8, 1)];
    console.log(`median ${early.toFixed(1)} MB, later ${late.toFixed(1)} MB`);
    assert.ok(late - early < GROWTH_MB, `${early} MB, later ${late} MB`);
  },
});
