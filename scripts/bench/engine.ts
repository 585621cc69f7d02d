import { forecast, type Pattern } from "../../src/pattern/mod.ts";
import type { OpenLoop, OpenLoopResult } from "./open_loop.ts";
import type { JudgingResult } from "./judging.ts";
import { constantPlan } from "./plans.ts";
import { median, ROOT, script } from "./process.ts";
import type { RecordResult } from "./record.ts";
import { rootsOf } from "./roots.ts";
import { atLeast, atMost, type Bench, plain } from "./rows.ts";

const ROUNDS = 5;

/** What one record of the statistics costs. */
export const RECORD: Bench = {
  name: "record",
  about: "what the statistics cost for one answer",
  run: async ({ pinned, options, say }) => {
    const all = new Map<string, number[]>();
    const rounds = options.rounds ?? ROUNDS;
    for (let round = 1; round <= rounds; round++) {
      say(`record: round ${round} of ${rounds}`);
      for (const { root, suffix } of rootsOf(options)) {
        const at = { pinned, root };
        const { nsEach } = await script<RecordResult>("record.ts", {}, at);
        all.set(suffix, [...all.get(suffix) ?? [], median(nsEach)]);
      }
    }
    return [...all].map(([suffix, values]) => {
      const row = {
        bench: "record",
        what: `one answer: 4 histograms, counters, timeline${suffix}`,
        value: median(values),
        unit: "ns",
      };
      return suffix === "" ? atMost(row, 50) : plain(row);
    });
  },
};

/** What proof and thresholds cost. */
export const JUDGING: Bench = {
  name: "judging",
  about: "what the proof costs a send, and fifty thresholds a second",
  run: async ({ pinned }) => {
    const { proofNs, thresholdsMs } = await script<JudgingResult>(
      "judging.ts",
      {},
      { pinned, root: ROOT },
    );
    return [
      atMost({
        bench: "judging",
        what: "one send: its lane and minute, and its gap in a bin",
        value: median(proofNs),
        unit: "ns",
      }, 20),
      atMost({
        bench: "judging",
        what: "fifty thresholds, a second of two targets",
        value: median(thresholdsMs),
        unit: "ms",
      }, 2),
    ];
  },
};

const BACKOFF = {
  ...{ baseMs: 1000, times: 2, maxMs: 30_000 },
  jitter: "full",
} as const;
const DAILY = {
  kind: "daily",
  sec: 3600,
  days: [1, 2, 3, 4, 5, 6, 7],
} as const;

/** Everything that a pattern may have beside what the first row has. */
const COMPONENTS: Partial<Pattern> = {
  trend: { perWeek: 0.02, sinceMs: 0 },
  drift: [540_000, 7_200_000, 86_400_000, 259_200_000].map((timeMs) => ({
    ...{ amplitude: 0.15, timeMs },
  })),
  burst: { slow: 0.75, mid: 0.65, fast: 0.85 },
  calendar: [{ date: "1970-01-03", as: 1, times: 0.6 }],
  irregular: [
    {
      ...{ kind: "cron", requests: 7200, spreadMs: 2000, skewMs: 300 },
      when: { kind: "every", everyMs: 3_600_000, offsetMs: 0 },
    },
    {
      ...{ kind: "push", when: DAILY, devices: 1e6, opened: 0.03 },
      ...{ sentOverMs: 60_000, reaction: { medianMs: 20_000, sigma: 1.2 } },
    },
    {
      ...{ kind: "flash", when: DAILY, factor: 10, power: 1 },
      ...{ riseMs: 60_000, halfMs: 600_000, lastsMs: 7_200_000 },
    },
    {
      ...{ kind: "retry", when: DAILY, outageMs: 60_000, fails: 1 },
      ...{ afterMs: 1000, backoff: BACKOFF, tries: 5 },
    },
    {
      ...{ kind: "reconnect", when: DAILY, clients: 100_000, then: 1 },
      ...{ accept: 5000, backoff: BACKOFF, target: "a" },
    },
    { kind: "crawler", when: DAILY, rate: 5, lastsMs: 14_400_000 },
  ],
};

/** One week in steps of a minute. */
export const FORECAST: Bench = {
  name: "forecast",
  about: "a week's forecast",
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
    const rounds = (pattern: Pattern) =>
      Array.from({ length: ROUNDS }, () => {
        const started = performance.now();
        const span = { startMs: 0, durationMs: 7 * 86_400_000, stepMs: 60_000 };
        forecast(pattern, span);
        return performance.now() - started;
      });
    return Promise.resolve([
      atMost({
        bench: "forecast",
        what: "one week at one minute",
        value: median(rounds(full)),
        unit: "ms",
      }, 1000),
      atMost({
        bench: "forecast",
        what: "the same with all components",
        value: median(rounds({ ...full, ...COMPONENTS })),
        unit: "ms",
      }, 2000),
    ]);
  },
};

/** The dispatcher alone, with a client that answers at once. */
export const DISPATCHER: Bench = {
  name: "dispatcher",
  about:
    "the dispatcher alone at 100,000/s, with a client that answers at once",
  run: async ({ pinned, say }) => {
    say("dispatcher at 100,000 arrivals a second");
    const job: OpenLoop = {
      url: "http://127.0.0.1/",
      protocol: "http",
      client: "wire",
      isNull: true,
      rate: 100_000,
      pacing: "normal",
      inFlight: 4000,
      durationMs: 5000,
    };
    const r = await script<OpenLoopResult>("open_loop.ts", job, {
      pinned,
      root: ROOT,
    });
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
