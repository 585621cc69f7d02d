/**
 * Runs a constant-rate plan through the whole engine, in one thread, and
 * keeps every instant that was really sent. Its own process. Arguments: one
 * JSON object; result: one JSON line.
 */
import process from "node:process";
import { EngineRun } from "../../src/run/mod.ts";
import type { Pacing } from "../../src/plan/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { loadClient } from "../../src/transport/clients/mod.ts";
import type { OpenClient } from "../../src/transport/mod.ts";
import { RealClock, spawnLocal } from "../../src/worker/mod.ts";
import { ksOfGaps } from "./kolmogorov.ts";
import { openNull } from "./null_client.ts";
import { type BenchTarget, constantPlan } from "./plans.ts";

/** What to send, and how. */
export interface OpenLoop extends BenchTarget {
  readonly rate: number;
  readonly pacing: Pacing;
  readonly inFlight: number;
  readonly durationMs: number;
  /** Whether a client stands in that sends nothing. */
  readonly isNull?: boolean;
}

/** What came of it. */
export interface OpenLoopResult {
  readonly due: number;
  readonly sent: number;
  readonly missed: number;
  readonly failed: number;
  readonly cpuSec: number;
  readonly seconds: number;
  readonly pollMs: number;
  readonly rssMb: number;
  readonly lagP50Ms: number | null;
  readonly lagP99Ms: number | null;
  readonly serviceP50Ms: number | null;
  /** Kolmogorov–Smirnov distance of the first `KS_GAPS` gaps to Exp(rate). */
  readonly ks: number | null;
}

const KS_GAPS = 6000;
/** Code that was never run and connections that were never open say nothing of the pacing. */
const WARM_UP_MS = 1000;

async function run(job: OpenLoop): Promise<OpenLoopResult> {
  const clock = new RealClock();
  const sentMs = new Float64Array(KS_GAPS + 1);
  let n = 0;
  let warmMs = Infinity;
  const openTransport = job.isNull ? null : await loadClient(job);
  const open: OpenClient = (target, context) => {
    const inner = openTransport === null
      ? openNull(context)
      : openTransport(target, context);
    return {
      frame: (request) => inner.frame(request),
      send: (call) => {
        const isWarm = call.sentMs >= warmMs;
        if (isWarm && n < sentMs.length) sentMs[n++] = call.sentMs;
        return inner.send(call);
      },
      cancel: (call, outcome) => inner.cancel(call, outcome),
      close: () => inner.close(),
    };
  };
  const plan = constantPlan(job, { ...job, base: job.rate });
  const cpu = process.cpuUsage();
  const engine = await EngineRun.start(
    { plan, variables: {}, durationMs: job.durationMs },
    {
      clock,
      spawn: spawnLocal(clock, open),
      workers: 1,
      resolved: [],
      resolve: () => Promise.resolve([]),
      runId: "bench",
      userAgent: "kar-bench",
      cost: () => ({ cpuSec: 0, rssBytes: Deno.memoryUsage().rss }),
      watchHealth: () => ({
        read: () => [{ healthy: null, removedMs: 0 }],
        take: () => {},
        stop: () => {},
      }),
    },
  );
  warmMs = clock.now() + WARM_UP_MS;
  const s = await engine.finished;
  const { user, system } = process.cpuUsage(cpu);
  return {
    due: s.due,
    sent: s.sent,
    missed: total(s.missed),
    failed: total(s.failed),
    cpuSec: (user + system) / 1e6,
    seconds: job.durationMs / 1000,
    pollMs: s.cost.pollMs,
    rssMb: s.cost.rssBytes / 1e6,
    lagP50Ms: s.latency.sendLag.percentile(0.5),
    lagP99Ms: s.latency.sendLag.percentile(0.99),
    serviceP50Ms: s.latency.service.percentile(0.5),
    ks: n > KS_GAPS ? ksOfGaps(sentMs, job.rate) : null,
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(Deno.args[0]!) as OpenLoop)));
  Deno.exit(0);
}
