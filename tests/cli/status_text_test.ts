import { verdictFixture } from "../fixtures/verdict.ts";
import assert from "node:assert/strict";
import { statusText } from "../../src/cli/text/status_text.ts";
import { statusOf } from "../../src/daemon/serve/status.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

const ABOUT = {
  name: "soak",
  version: "0.1.0",
  pid: 4711,
  config: "/etc/kar98k/kar.yaml",
  logFile: "/var/log/kar98k/soak.log",
};
const STATUS = statusOf(firingFixture(), ABOUT, ["The log cannot be written"]);

Deno.test("statusText() shows a run under way", () =>
  assertGolden(
    "status_text",
    statusText(STATUS, { width: 80, color: "none", unicode: true }),
  ));

Deno.test("statusText() does without Unicode, and never passes the edge", () => {
  const look = { color: "none", unicode: false } as const;
  for (const width of [40, 80, 200]) {
    const text = statusText(STATUS, { ...look, width });
    assert.doesNotMatch(text, /[^\n\x20-\x7e]/);
    for (const line of text.split("\n")) assert.ok(line.length <= width, line);
  }
});

Deno.test("statusText() tells of a breaker where there is one", () => {
  const look = { color: "none", unicode: true, width: 80 } as const;
  assert.doesNotMatch(statusText(STATUS, look), /breaker/);
  const reason = "30 of 40 requests failed, above 20 %";
  const breaker = { level: 0.25, trips: 3, heldMs: 61_000, reason };
  const status = statusOf(
    firingFixture({ state: "tripped", breaker }),
    ABOUT,
    [],
  );
  const text = statusText(status, look);
  assert.match(text, /^soak {2}tripped lets 25% through {2}00:02:00\n/);
  assert.match(
    text,
    /breaker {4}tripped 3 times, held traffic back for 1m1s, 25% now\n/,
  );
  assert.match(text, /because 30 of 40 requests failed, above 20 %\n/);
});

Deno.test("statusText() tells what operators changed, and when sending ends", () => {
  const look = { color: "none", unicode: true, width: 80 } as const;
  assert.doesNotMatch(statusText(STATUS, look), /changed| of 00:/);
  const snapshot = firingFixture();
  const control = { ...snapshot.control, base: 50, max: 80, scale: 1.331 };
  const endMs = snapshot.startMs + 300_000;
  const changed = statusOf({ ...snapshot, control, endMs }, ABOUT, []);
  const text = statusText(changed, look);
  assert.match(text, /changed {4}base 50\.0\/s, max 80\.0\/s, scale ×1\.33\n/);
  assert.match(text, /^soak {2}firing spike {2}00:02:00 of 00:05:00\n/);
});

Deno.test("statusText() tells how thresholds stand where there are some", () => {
  const caps = { color: "none", unicode: true, width: 80 } as const;
  assert.doesNotMatch(statusText(STATUS, caps), /Thresholds/);
  const verdict = verdictFixture();
  const status = statusOf(firingFixture({ verdict }), ABOUT, []);
  const text = statusText(status, caps).replace(/ +/g, " ");
  assert.match(
    text,
    /\n kept response\.p95\{target=api\} < 200ms: was 153ms\n/,
  );
  assert.match(
    text,
    /\n NOT KEPT errors < 0\.5% over 10s for 2: 2\.23% at worst/,
  );
  assert.match(text, /\n open response\.p99\.9\{phase=ramp\} < 1s: too few/);
  assert.equal(status.thresholds[1]!.value, 0.0223);
  assert.equal(status.thresholds[3]!.value, undefined);
});
