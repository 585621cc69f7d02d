import type { OpenLoop, OpenLoopResult } from "./open_loop.ts";
import { median, ROOT, script, timed } from "./process.ts";
import {
  atMost,
  type Bench,
  type BenchSurroundings,
  plain,
  type Row,
} from "./rows.ts";
import { startTarget } from "./servers.ts";

const ROUNDS = 5;
/** Kolmogorov–Smirnov at one percent for 6,000 gaps: 1.628/√n. */
const KS_LIMIT = 0.021;

/** The wire sending a Poisson process on time, beside wrk2 at the same rate. */
export const OPEN_LOOP: Bench = {
  name: "open-loop",
  about: "the engine in one thread with pacing exact, beside wrk2",
  run: async (around) => {
    const target = await startTarget(around.pinned);
    try {
      const rows: Row[] = [];
      for (const rate of [1000, 5000, 20_000]) {
        rows.push(...await wireRows(around, target.http, rate));
        rows.push(...await wrk2Rows(around, target.http, rate));
      }
      return rows;
    } finally {
      await target.stop();
    }
  },
};

/** What fetch holds, since it is the client for who wants the stock stack. */
export const FETCH: Bench = {
  name: "fetch",
  about: "what client: fetch holds, likewise",
  run: async (around) => {
    const target = await startTarget(around.pinned);
    try {
      return [
        ...await fetchRows(around, target.http, { rate: 1000, limitMb: 150 }),
        ...await fetchRows(around, target.http, { rate: 5000, limitMb: 250 }),
      ];
    } finally {
      await target.stop();
    }
  },
};

async function wireRows(
  around: BenchSurroundings,
  url: string,
  rate: number,
): Promise<Row[]> {
  const all = await rounds(around, {
    url,
    protocol: "http",
    client: "wire",
    rate,
    pacing: "exact",
    inFlight: 4000,
    durationMs: rate <= 1000 ? 8000 : 4000,
  });
  const bench = "open-loop";
  const at = `wire at ${rate.toLocaleString("en-US")}/s exact`;
  const us = (value: number | null) => value === null ? NaN : value * 1000;
  const middle = (of: (r: OpenLoopResult) => number) => median(all.map(of));
  const ks = {
    bench,
    what: `${at}: Kolmogorov–Smirnov D of 6,000 gaps`,
    value: middle((r) => r.ks ?? NaN),
    unit: "",
  };
  return [
    atMost({
      bench,
      what: `${at}: send lag p50`,
      value: middle((r) => us(r.lagP50Ms)),
      unit: "µs",
    }, 50),
    plain({
      bench,
      what: `${at}: send lag p99`,
      value: middle((r) => us(r.lagP99Ms)),
      unit: "µs",
    }),
    plain({
      bench,
      what: `${at}: service p50`,
      value: middle((r) => us(r.serviceP50Ms)),
      unit: "µs",
    }),
    plain({
      bench,
      what: `${at}: CPU of a core`,
      value: middle((r) => 100 * r.cpuSec / r.seconds),
      unit: "%",
    }),
    plain({
      bench,
      what: `${at}: of which waiting for the instant`,
      value: middle((r) => r.pollMs / 10 / r.seconds),
      unit: "%",
    }),
    plain({
      bench,
      what: `${at}: missed`,
      value: middle((r) => 100 * r.missed / r.due),
      unit: "%",
    }),
    rate === 1000 ? atMost(ks, KS_LIMIT) : plain(ks),
  ];
}

async function fetchRows(
  around: BenchSurroundings,
  url: string,
  { rate, limitMb }: { readonly rate: number; readonly limitMb: number },
): Promise<Row[]> {
  const all = await rounds(around, {
    url,
    protocol: "http",
    client: "fetch",
    rate,
    pacing: "exact",
    inFlight: 1000,
    durationMs: 6000,
  });
  const bench = "fetch";
  const at = `fetch at ${rate.toLocaleString("en-US")}/s`;
  const middle = (of: (r: OpenLoopResult) => number) => median(all.map(of));
  return [
    atMost({
      bench,
      what: `${at}: missed`,
      value: middle((r) => 100 * r.missed / r.due),
      unit: "%",
    }, 2),
    atMost({
      bench,
      what: `${at}: send lag p50`,
      value: middle((r) => r.lagP50Ms ?? NaN),
      unit: "ms",
    }, 0.2),
    atMost({
      bench,
      what: `${at}: memory`,
      value: middle((r) => r.rssMb),
      unit: "MB",
    }, limitMb),
    plain({
      bench,
      what: `${at}: CPU of a core`,
      value: middle((r) => 100 * r.cpuSec / r.seconds),
      unit: "%",
    }),
  ];
}

async function rounds(
  { pinned, say }: BenchSurroundings,
  job: OpenLoop,
): Promise<OpenLoopResult[]> {
  const all: OpenLoopResult[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`${job.client} at ${job.rate}/s: round ${round} of ${ROUNDS}`);
    all.push(
      await script<OpenLoopResult>("open_loop.ts", job, { pinned, root: ROOT }),
    );
  }
  return all;
}

async function wrk2Rows(
  { pinned, peers }: BenchSurroundings,
  url: string,
  rate: number,
): Promise<Row[]> {
  if (!peers.has("wrk2")) return [];
  const command = [
    "wrk2",
    "-t1",
    "-c50",
    "-d5s",
    `-R${rate}`,
    "--latency",
    url,
  ];
  const { stdout } = await timed(command, pinned);
  const p50 = stdout.match(/50\.000%\s+([\d.]+)(us|ms)/);
  const value = p50 === null
    ? null
    : Number(p50[1]) * (p50[2] === "ms" ? 1000 : 1);
  return [
    plain({
      bench: "open-loop",
      what: `wrk2 at ${rate}/s: latency p50`,
      value,
      unit: "µs",
    }),
  ];
}
