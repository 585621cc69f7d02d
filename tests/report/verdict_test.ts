import assert from "node:assert/strict";
import {
  explainBounds,
  explainLimit,
  limitReasons,
} from "../../src/report/mod.ts";
import { LIMIT_REASONS, SEND_LAG_LIMIT_MS } from "../../src/verdict/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

const CLEAN = snapshotFixture({ due: 10_000, missed: {}, failed: {} });

function laggingBy(ms: number) {
  const sendLag = durationsOf(Array<number>(1000).fill(ms));
  return { ...CLEAN, latency: { ...CLEAN.latency, sendLag } };
}

Deno.test("limitReasons() finds nothing in a run that went well", () => {
  assert.deepEqual(limitReasons(CLEAN), []);
});

Deno.test("limitReasons() forgives a stall of a moment, not a share of the traffic", () => {
  assert.deepEqual(limitReasons({ ...CLEAN, missed: { late: 10 } }), []);
  assert.deepEqual(limitReasons({ ...CLEAN, missed: { late: 11 } }), ["late"]);
});

Deno.test("limitReasons() forgives no lost worker and no fault of kar's own", () => {
  assert.deepEqual(limitReasons({ ...CLEAN, missed: { worker_lost: 1 } }), [
    "worker_lost",
  ]);
  assert.deepEqual(limitReasons({ ...CLEAN, failed: { generator: 1 } }), [
    "generator",
  ]);
});

Deno.test("limitReasons() looks at the send lag's p99", () => {
  assert.deepEqual(limitReasons(laggingBy(SEND_LAG_LIMIT_MS * 0.9)), []);
  assert.deepEqual(limitReasons(laggingBy(SEND_LAG_LIMIT_MS * 1.1)), [
    "send_lag",
  ]);
});

Deno.test("limitReasons() never blames kar for a bound that the settings put", () => {
  const bounded = {
    ...CLEAN,
    missed: { in_flight_limit: 9000, no_connection: 9, stopped: 3 },
  };
  assert.deepEqual(limitReasons(bounded), []);
  assert.equal(explainBounds(bounded).length, 2);
  assert.match(
    explainBounds(bounded)[0]!,
    /^9,000 were missed at limits\.in_flight = 4000/,
  );
  assert.deepEqual(explainBounds(CLEAN), []);
});

Deno.test("explainLimit() has a sentence with numbers for every reason", () => {
  const bad = {
    ...laggingBy(20),
    missed: { late: 500, worker_lost: 20 },
    failed: { generator: 3 },
  };
  assert.deepEqual(limitReasons(bad), [...LIMIT_REASONS]);
  const texts = LIMIT_REASONS.map((reason) => explainLimit(reason, bad));
  assert.match(texts[0]!, /^500 requests \(5%\) /);
  assert.match(texts[1]!, /^20 requests? \(0\.2%\) /);
  assert.match(texts[2]!, /^3 requests? \(<0\.1%\) /);
  assert.match(texts[3]!, /p99 is 20\.0ms, above 10ms/);
});
