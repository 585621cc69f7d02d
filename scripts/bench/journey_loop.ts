/**
 * Drives journeys closed-loop: so many are always open, each end starts the
 * next. Two steps: a login whose token is taken out of JSON, and a request that
 * carries it. Its own process, as `closed_loop.ts`. Arguments: one JSON object;
 * result: one JSON line.
 */
import process from "node:process";
import type { Clock } from "../../src/base/mod.ts";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import {
  type JourneyDispatch,
  Journeys,
  openJourneys,
} from "../../src/journey/mod.ts";
import { okRule, type Plan } from "../../src/plan/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { createRegion, Layout, Recorder } from "../../src/stats/mod.ts";
import { loadClient } from "../../src/transport/clients/mod.ts";
import {
  blankExchange,
  clearTimes,
  type Exchange,
  fieldSources,
  NO_SOURCES,
  type OpenTarget,
  openTarget,
  type Outcome,
  stepContext,
} from "../../src/transport/mod.ts";
import { RealClock } from "../../src/worker/mod.ts";

/** What to drive, and for how long. */
export interface JourneyLoop {
  readonly url: string;
  readonly concurrency: number;
  readonly durationMs: number;
}

/** What came of it. */
export interface JourneyLoopResult {
  readonly steps: number;
  readonly failed: number;
  readonly seconds: number;
  readonly cpuSec: number;
}

const WARM_UP_MS = 500;

function planOf({ url }: JourneyLoop) {
  const text = `
journeys:
  - name: bench
    base: ${url.replace(/\/$/, "")}
    steps:
      - name: login
        get: /login
        capture: { token: { json: $.token } }
      - name: item
        get: "/items/{{int 1 1000}}"
        headers: { authorization: "Bearer {{token}}" }
`;
  const parsed = parseConfig(text, {
    file: "bench",
    environment: () => undefined,
    systemZone: "UTC",
  });
  return buildPlan(configOf(parsed), { drawSeed: () => 1 });
}

/** Sends at once, and never waits. */
function dispatchOf(free: Exchange[]): JourneyDispatch {
  return {
    blank: () => {
      const exchange = free.pop() ?? blankExchange();
      clearTimes(exchange);
      return exchange;
    },
    free: (exchange) => void free.push(exchange),
    send: (exchange, client, nowMs) => {
      exchange.sentMs = nowMs;
      return client.send(exchange) ? null : "no_connection";
    },
    wakeBy: () => {},
  };
}

/** Opens the steps of a plan. */
async function openAll(
  plan: Plan,
  clock: Clock,
  { connections, done }: {
    readonly connections: number;
    readonly done: (exchange: Exchange, outcome: Outcome) => void;
  },
): Promise<OpenTarget[]> {
  const { limits, pattern: { seed } } = plan;
  return await Promise.all(plan.targets.map(async (target) => {
    const context = {
      clock,
      limits: { ...limits, connections },
      userAgent: "kar-bench",
      sources: fieldSources({ ...NO_SOURCES, seed, limits, clock }),
      expand: (text: string) => text,
      done,
    };
    const open = await loadClient(target);
    return openTarget(target, stepContext(context, plan, target), open);
  }));
}

async function drive(job: JourneyLoop): Promise<JourneyLoopResult> {
  const clock = new RealClock();
  const plan = planOf(job);
  const layout = new Layout(64, 16);
  const isOk = plan.targets.map(okRule);
  const recorder = new Recorder(createRegion(layout), layout, isOk);
  const free: Exchange[] = [];
  let steps = 0;
  let failed = 0;
  let index = 0;
  let open = 0;
  let isOver = false;
  const dispatch = dispatchOf(free);
  const journeys = new Journeys({
    clock,
    recorder,
    dispatch,
    enter: () => ++open > 0,
    leave: () => {
      open--;
      if (!isOver) queueMicrotask(begin);
    },
    failed: () => failed++,
    secondAt: () => 0,
  });
  const targets = await openAll(plan, clock, {
    connections: job.concurrency,
    done: (exchange, outcome) => {
      const judged = journeys.judge(exchange, outcome);
      steps++;
      if (judged.kind === "failure") failed++;
      const isOk = recorder.stepDone(exchange, judged, clock.now());
      journeys.done(exchange, judged, isOk);
      free.push(exchange);
    },
  });
  const [journey] = await openJourneys({
    ...{ plan, isOk, requests: targets },
    wallMs: () => clock.wall(),
  });
  function begin(): void {
    const exchange = dispatch.blank();
    exchange.index = index++ % 65_536;
    exchange.slot = Math.floor(index / 65_536);
    exchange.intendedMs = clock.now();
    journeys.begin(exchange, journey!, Infinity);
    const { client } = targets[exchange.target]!;
    if (dispatch.send(exchange, client, clock.now()) !== null) {
      throw new Error("No connection for a first step");
    }
    journeys.started(exchange);
  }
  for (let i = 0; i < job.concurrency; i++) begin();
  await pause(WARM_UP_MS);
  steps = failed = 0;
  const cpu = process.cpuUsage();
  const startMs = clock.now();
  await pause(job.durationMs);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (clock.now() - startMs) / 1000;
  isOver = true;
  return { steps, failed, seconds, cpuSec: (user + system) / 1e6 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const result = await drive(JSON.parse(Deno.args[0]!) as JourneyLoop);
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
