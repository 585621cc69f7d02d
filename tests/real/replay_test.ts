import assert from "node:assert/strict";
import { LogReader } from "../../src/learn/mod.ts";
import { templateText } from "../../src/learn/read/template_row.ts";
import { kar } from "../cli/kar.ts";
import { withFolder } from "../daemon/support.ts";
import { linesOf, type MadeRequest, MONDAY_MS } from "../learn/made_log.ts";
import { Nginx } from "./nginx.ts";
import { isFound } from "./support.ts";

const SECONDS = 12;
/** Nothing is asked for from here to there. */
const SILENCE = [4, 9] as const;

/** Two forms of paths, of which one is asked for three times as often, with a silence between. */
function requests(): MadeRequest[] {
  return Array.from({ length: SECONDS * 40 }, (_, i): MadeRequest => ({
    ...{ startMs: MONDAY_MS + i * 25, tookMs: 1, method: "GET", status: 200 },
    path: i % 4 === 0 ? "/ok" : `/ok/${1 + i % 7}`,
    client: `10.0.0.${i % 50}`,
  })).filter(({ startMs }) => {
    const sec = (startMs - MONDAY_MS) / 1000;
    return sec < SILENCE[0] || sec >= SILENCE[1];
  });
}

function factsOf(log: Uint8Array) {
  const reader = new LogReader({ key: 1 });
  reader.push(log);
  reader.endFile();
  return reader.end();
}

function formsIn(log: Uint8Array): Record<string, number> {
  return Object.fromEntries(
    factsOf(log).rows.map(({ method, segments, count }) => [
      `${method} ${templateText(segments)}`,
      count,
    ]),
  );
}

/** The longest run of seconds without a request. */
function silenceIn(log: Uint8Array): number {
  let [longest, now] = [0, 0];
  for (const count of factsOf(log).bins.counts) {
    now = count === 0 ? now + 1 : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}

Deno.test({
  name:
    "the log of a real nginx that was sent a replay is learned as the trace was",
  ignore: !await isFound("nginx"),
  fn: () =>
    withFolder(async (folder) => {
      await using nginx = await Nginx.start();
      const log = linesOf(requests(), "caddy");
      await Deno.writeTextFile(`${folder}/given.log`, log);
      const ran = await kar([
        ...["replay", `${folder}/given.log`, "--quiet"],
        ...["--target", `http://127.0.0.1:${nginx.http}`],
        ...["--out", `json=${folder}/report.json`],
      ], { wallMs: Date.now() });
      const report = JSON.parse(
        await Deno.readTextFile(`${folder}/report.json`),
      );
      assert.equal(report.proof.counts.result, "proved", ran.err);
      assert.equal(report.due, requests().length);
      const answered = await Deno.readFile(nginx.logFile("combined"));
      const given = new TextEncoder().encode(log);
      const [before, after] = [formsIn(given), formsIn(answered)];
      assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
      // A busy machine sends less, and says how much.
      const missed = report.due - report.sent;
      for (const [form, count] of Object.entries(before)) {
        const less = count - after[form]!;
        assert.ok(less >= 0 && less <= missed, `${form}: ${less} of ${missed}`);
      }
      const most = Math.abs(silenceIn(answered) - silenceIn(given));
      assert.ok(most <= 1, `silences differ by ${most} s`);
    }),
});
