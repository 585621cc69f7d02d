/** Hours of traffic over the nights on which clocks change, and over a silence. */
import assert from "node:assert/strict";
import { ALL_DAYS, spikesWith } from "../pattern/support.ts";
import { checkEnd, dueOf, planned, planWith, SimRun } from "./harness.ts";

const HOUR_MS = 3_600_000;
const LOOK_MS = 20_000;

/** A rule for one hour of the day. */
function hour(from: number, multiplier: number) {
  const spans = [[from * 60, from * 60 + 60]] as const;
  return { spans, days: ALL_DAYS, multiplier, priority: 0 };
}

/** Local hour and minute at which each request was intended, in tens of minutes. */
async function sendingTimes(zone: string, startMs: number, durationMs: number) {
  const plan = planWith({
    pattern: { base: 1, zone, schedule: [hour(2, 0), hour(3, 3)] },
  });
  const sim = new SimRun(plan, { startMs, durationMs, lookMs: LOOK_MS });
  const counts = new Map<string, number>();
  const epochMs = startMs - (sim.clock.now() + 20);
  sim.server.watch = ({ intendedMs }) => {
    const at = Temporal.Instant.fromEpochMilliseconds(
      Math.floor(epochMs + intendedMs),
    ).toZonedDateTimeISO(zone);
    const name = `${at.hour}:${Math.floor(at.minute / 30) * 30} ${at.offset}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const end = await sim.go(durationMs + 10_000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), planned(plan, startMs, durationMs));
  return counts;
}

/** Whether a count is what a mean of so many would give. */
function isAbout(count: number | undefined, mean: number): boolean {
  return Math.abs((count ?? 0) - mean) < 4.5 * Math.sqrt(mean);
}

Deno.test("a run over Berlin's night in spring skips the hour that does not exist", async () => {
  const startMs = Date.UTC(2026, 2, 29, 0, 30);
  const counts = await sendingTimes("Europe/Berlin", startMs, HOUR_MS);
  assert.deepEqual([...counts.keys()], ["1:30 +01:00", "3:0 +02:00"]);
  assert.ok(isAbout(counts.get("1:30 +01:00"), 1800));
  assert.ok(isAbout(counts.get("3:0 +02:00"), 5400));
});

Deno.test("a run over Berlin's night in autumn is silent in both hours from two to three", async () => {
  const startMs = Date.UTC(2026, 9, 24, 23, 45);
  const counts = await sendingTimes("Europe/Berlin", startMs, 2.5 * HOUR_MS);
  assert.deepEqual([...counts.keys()], ["1:30 +02:00", "3:0 +01:00"]);
  assert.ok(isAbout(counts.get("1:30 +02:00"), 900));
  assert.ok(isAbout(counts.get("3:0 +01:00"), 2700));
});

Deno.test("a half hour with multiplier 0 has exactly no request, and ends on its slot", async () => {
  const rule = {
    spans: [[600, 630]] as const,
    days: ALL_DAYS,
    multiplier: 0,
    priority: 0,
  };
  const plan = planWith({
    pattern: {
      base: 50,
      schedule: [rule],
      spikes: spikesWith(),
      noise: { kind: "spring", amplitude: 0.15 },
    },
  });
  const startMs = Date.UTC(2026, 2, 28, 9, 59, 50);
  const durationMs = 10_000 + HOUR_MS / 2 + 10_000;
  const sim = new SimRun(plan, { startMs, durationMs, lookMs: LOOK_MS });
  const runStartMs = sim.clock.now() + 20;
  const intended: number[] = [];
  sim.server.watch = (call) => intended.push(call.intendedMs - runStartMs);
  const end = await sim.go(durationMs + 10_000);
  checkEnd(sim, end);
  const silence = [10_000, 10_000 + HOUR_MS / 2] as const;
  const inside = intended.filter((ms) => ms >= silence[0] && ms < silence[1]);
  assert.deepEqual(inside, []);
  assert.ok(intended.some((ms) => ms > silence[0] - 200 && ms < silence[0]));
  assert.ok(intended.some((ms) => ms >= silence[1] && ms < silence[1] + 200));
  const steps = end.steps.filter(({ t }) => t >= 10_000 && t < silence[1]);
  assert.equal(steps.length, 1800);
  assert.ok(steps.every((step) => step.due === 0 && step.planned === 0));
});

Deno.test("a spike shows in the rate of the second for which it is planned", async () => {
  const pattern = {
    base: 500,
    spikes: spikesWith({ lambda: 0.05, riseMs: 0, decayMs: 8000 }),
  };
  const plan = planWith({ pattern });
  const options = {
    startMs: Date.UTC(2026, 2, 28, 3, 12),
    durationMs: 120_000,
  };
  const sim = new SimRun(plan, options);
  const end = await sim.go(130_000);
  checkEnd(sim, end);
  const top = Math.max(...end.steps.map((step) => step.planned));
  assert.ok(top > 1200, `${top}`);
  for (const { t, planned, sent } of end.steps) {
    assert.ok(isAbout(sent, planned), `${t}: ${sent} of ${planned}`);
  }
});
