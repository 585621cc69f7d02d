/**
 * Drives one of kar's clients closed-loop: so many requests are always under
 * way, each answer starts the next. Its own process, so that its CPU time is
 * the client's alone. Arguments: one JSON object; result: one JSON line.
 */
import process from "node:process";
import { FINE, Histogram } from "../../src/stats/mod.ts";
import { loadClient, resolveTarget } from "../../src/transport/clients/mod.ts";
import {
  blankExchange,
  clearTimes,
  type Exchange,
  openTarget,
  type Outcome,
} from "../../src/transport/mod.ts";
import { RealClock } from "../../src/worker/mod.ts";
import { type BenchTarget, planTarget } from "./plans.ts";
import {
  type FieldCount,
  variedCall,
  variedSources,
  variedTarget,
} from "./varying.ts";

/** What to drive, and for how long. */
export interface ClosedLoop extends BenchTarget {
  readonly concurrency: number;
  readonly connections: number;
  readonly durationMs: number;
  /** A POST, or a call, with so many fields instead of the target's own request. */
  readonly fields?: FieldCount;
}

/** What came of it. */
export interface ClosedLoopResult {
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
  readonly cpuSec: number;
  readonly p50Ms: number | null;
}

const WARM_UP_MS = 500;

async function drive(job: ClosedLoop): Promise<ClosedLoopResult> {
  const clock = new RealClock();
  let requests = 0;
  let failed = 0;
  let isOver = false;
  let histogram = new Histogram(FINE);
  const { fields, url } = job;
  const isVaried = fields !== undefined;
  const target = {
    ...planTarget(job),
    ...(isVaried &&
      (job.protocol === "grpc"
        ? variedCall(fields)
        : variedTarget(url, fields))),
  };
  const { client, framed } = openTarget(target, {
    resolved: await resolveTarget(target, {}),
    clock,
    limits: {
      inFlight: job.concurrency,
      maxLatenessMs: 100,
      connections: job.connections,
      maxBodyBytes: 1 << 20,
      maxHeadBytes: 262_144,
    },
    userAgent: "kar-bench",
    ...(isVaried && { sources: variedSources() }),
    expand: (text) => text,
    done: (exchange: Exchange, outcome: Outcome) => {
      requests++;
      if (outcome.kind === "failure") failed++;
      histogram.record(clock.now() - exchange.sentMs);
      if (!isOver) send(exchange);
    },
  }, await loadClient(job));
  const waiting: Exchange[] = [];
  function send(exchange: Exchange): void {
    clearTimes(exchange);
    exchange.slot++;
    exchange.sentMs = clock.now();
    if (!client.send(exchange)) waiting.push(exchange);
  }
  for (let i = 0; i < job.concurrency; i++) {
    send({ ...blankExchange(), framed });
  }
  // A client that had no stream free yet (settings still under way) is asked again.
  const again = setInterval(() => {
    for (const exchange of waiting.splice(0)) send(exchange);
  }, 10);
  await pause(WARM_UP_MS);
  requests = failed = 0;
  histogram = new Histogram(FINE);
  const cpu = process.cpuUsage();
  const startMs = clock.now();
  await pause(job.durationMs);
  const { user, system } = process.cpuUsage(cpu);
  const result = {
    requests,
    failed,
    seconds: (clock.now() - startMs) / 1000,
    cpuSec: (user + system) / 1e6,
    p50Ms: histogram.distribution().percentile(0.5),
  };
  isOver = true;
  clearInterval(again);
  await client.close();
  return result;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const result = await drive(JSON.parse(Deno.args[0]!) as ClosedLoop);
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
