import { forecast } from "../../src/pattern/mod.ts";
import { createRegion, Layout, Recorder } from "../../src/stats/mod.ts";
import { answer, type Call } from "../../src/transport/mod.ts";
import type { OpenLoop, OpenLoopResult } from "./open_loop.ts";
import { constantPlan } from "./plans.ts";
import { median, script } from "./process.ts";
import { atLeast, atMost, type Bench } from "./rows.ts";

const RECORDS = 2_000_000;
const ROUNDS = 5;

/** What one record of the statistics costs. */
export const RECORD: Bench = {
  name: "record",
  run: () => {
    const layout = new Layout(1);
    const isOk = [(code: number) => code < 400];
    const recorder = new Recorder(createRegion(layout), layout, isOk);
    const call: Call = {
      target: 0,
      phase: 4,
      intendedMs: 0,
      sentMs: 0.01,
      connectMs: NaN,
      tlsMs: NaN,
      firstByteMs: NaN,
    };
    const ok = answer(200);
    const rounds = Array.from({ length: ROUNDS }, () => {
      const at = { nowMs: 0, second: 1 };
      const started = performance.now();
      for (let i = 0; i < RECORDS; i++) {
        at.nowMs = 0.1 + (i % 5000) / 100;
        recorder.done(call, ok, at);
      }
      return (performance.now() - started) * 1e6 / RECORDS;
    });
    return Promise.resolve([
      atMost({
        bench: "record",
        what: "one answer: 4 histograms, counters, timeline",
        value: median(rounds),
        unit: "ns",
      }, 50),
    ]);
  },
};

/** One week in steps of a minute. */
export const FORECAST: Bench = {
  name: "forecast",
  run: () => {
    const { pattern } = constantPlan(
      { url: "http://127.0.0.1/", protocol: "http", client: "fetch" },
      { base: 100, pacing: "normal", inFlight: 1 },
    );
    const full = {
      ...pattern,
      max: 1000,
      zone: "Europe/Berlin",
      schedule: [{
        spans: [[540, 1080]] as const,
        days: [1, 2, 3, 4, 5],
        multiplier: 1.5,
        priority: 0,
      }],
      spikes: {
        lambda: 0.005,
        factor: 3,
        minGapMs: null,
        maxGapMs: null,
        riseMs: 5000,
        decayMs: 10_000,
      },
      noise: { kind: "spring", amplitude: 0.1 } as const,
    };
    const rounds = Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      const span = { startMs: 0, durationMs: 7 * 86_400_000, stepMs: 60_000 };
      forecast(full, span);
      return performance.now() - started;
    });
    return Promise.resolve([
      atMost({
        bench: "forecast",
        what: "one week at one minute",
        value: median(rounds),
        unit: "ms",
      }, 1000),
    ]);
  },
};

/** The dispatcher alone, with a client that answers at once. */
export const DISPATCHER: Bench = {
  name: "dispatcher",
  run: async ({ pinned, say }) => {
    say("dispatcher at 100,000 arrivals a second");
    const job: OpenLoop = {
      url: "http://127.0.0.1/",
      protocol: "http",
      client: "sim",
      rate: 100_000,
      pacing: "normal",
      inFlight: 4000,
      durationMs: 5000,
    };
    const r = await script<OpenLoopResult>("./open_loop.ts", job, pinned);
    const bench = "dispatcher";
    return [
      atLeast({
        bench,
        what: "arrivals sent of 100,000 a second",
        value: r.sent / r.seconds,
        unit: "1/s",
      }, 98_000),
      atMost({
        bench,
        what: "missed",
        value: 100 * r.missed / r.due,
        unit: "%",
      }, 2),
      atMost({
        bench,
        what: "CPU of its one core",
        value: 100 * r.cpuSec / r.seconds,
        unit: "%",
      }, 100),
    ];
  },
};
