import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import {
  atMsIn,
  atValue,
  outValue,
  settingValue,
  shareValue,
  slotsValue,
  startMsIn,
  startValue,
  stripeIndexValue,
  stripeValue,
} from "../../src/cli/values.ts";

function utc(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}

Deno.test("startValue() reads an instant whatever the zone is", () => {
  const start = startValue("2026-11-24T09:00:00+01:00");
  assert.equal(startMsIn(start, "Asia/Tokyo"), utc("2026-11-24T08:00:00Z"));
});

Deno.test("startValue() without an offset is local time in the plan's zone", () => {
  const start = startValue("2026-11-24T09:00");
  assert.equal(startMsIn(start, "Europe/Berlin"), utc("2026-11-24T08:00:00Z"));
  assert.equal(startMsIn(start, "UTC"), utc("2026-11-24T09:00:00Z"));
});

Deno.test("startValue() takes a day alone as its midnight", () => {
  const start = startValue("2026-11-24");
  assert.equal(startMsIn(start, "Europe/Berlin"), utc("2026-11-23T23:00:00Z"));
});

Deno.test("startMsIn() takes the first of a repeated hour and passes a skipped one", () => {
  const repeated = startValue("2026-10-25T02:30");
  const skipped = startValue("2026-03-29T02:30");
  assert.equal(
    startMsIn(repeated, "Europe/Berlin"),
    utc("2026-10-25T00:30:00Z"),
  );
  assert.equal(
    startMsIn(skipped, "Europe/Berlin"),
    utc("2026-03-29T01:30:00Z"),
  );
});

Deno.test("startMsIn() begins at the slot's edge", () => {
  const start = startValue("2026-11-24T09:00:00.199Z");
  assert.equal(startMsIn(start, "UTC"), utc("2026-11-24T09:00:00.1Z"));
});

Deno.test("slotsValue() rounds up to whole slots", () => {
  assert.equal(slotsValue("20s"), 20_000);
  assert.equal(slotsValue("1ms"), 100);
  assert.equal(slotsValue("101ms"), 200);
});

Deno.test("shareValue() reads shares and percent", () => {
  assert.equal(shareValue("0.05"), 0.05);
  assert.equal(shareValue("5%"), 0.05);
  assert.equal(shareValue("100%"), 1);
  assert.equal(shareValue("0"), 0);
});

Deno.test("stripeValue() counts parts from one", () => {
  assert.deepEqual(stripeValue("4/4"), { index: 4, count: 4 });
  assert.deepEqual(stripeValue("1/256"), { index: 1, count: 256 });
});

Deno.test("stripeIndexValue() counts them from zero", () => {
  assert.deepEqual(stripeIndexValue("0/4"), { index: 1, count: 4 });
  assert.deepEqual(stripeIndexValue("255/256"), { index: 256, count: 256 });
});

Deno.test("settingValue() cuts at the first equals sign and keeps the order", () => {
  const first = settingValue("targets.0.url=http://x/?a=b");
  assert.deepEqual(settingValue("seed=", first), [
    ["targets.0.url", "http://x/?a=b"],
    ["seed", ""],
  ]);
});

Deno.test("atMsIn() reads an instant, a local time and a time from now", () => {
  const nowMs = Date.UTC(2026, 10, 24, 9, 30);
  const at = (text: string) =>
    atMsIn(atValue(text), { zone: "Europe/Berlin", nowMs });
  assert.equal(at("2026-11-24T10:00:00.050Z"), nowMs + 1_800_050);
  assert.equal(at("2026-11-24T10:31"), nowMs + 60_000);
  assert.equal(at("+90s"), nowMs + 90_000);
  assert.equal(at("+0s"), nowMs);
});

Deno.test("atMsIn() takes an instant that passed up to a day ago, and none before", () => {
  const nowMs = Date.UTC(2026, 10, 24, 9, 30);
  const at = (text: string) => atMsIn(atValue(text), { zone: "UTC", nowMs });
  assert.equal(at("2026-11-23T09:30Z"), nowMs - 86_400_000);
  const isUsage = (says: RegExp) => (error: unknown) =>
    error instanceof KarError && error.exit === "usage" &&
    says.test(error.message);
  assert.throws(
    () => at("2026-11-23T09:29:59Z"),
    isUsage(/^--at 2026-11-23T09:29:59Z was 24h1s ago: .* at most 24h late/),
  );
  assert.throws(() => at("2030-01-01T00:00Z"), isUsage(/more than a year/));
});

Deno.test("outValue() keeps the file's name as it is", () => {
  assert.deepEqual(outValue("json=a=b.json"), [
    { format: "json", path: "a=b.json" },
  ]);
});

Deno.test("outValue() adds one more to those before it", () => {
  assert.deepEqual(outValue("csv=b", outValue("json=a")), [
    { format: "json", path: "a" },
    { format: "csv", path: "b" },
  ]);
});
