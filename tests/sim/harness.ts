import assert from "node:assert/strict";
import { spawnLocal } from "../../src/worker/mod.ts";
import { EngineRun } from "../../src/controller/mod.ts";
import type { RunOptions } from "../../src/controller/mod.ts";
import type { Plan, TargetPlan } from "../../src/plan/mod.ts";
import { type Snapshot, total } from "../../src/stats/mod.ts";
import type { OpenTransport } from "../../src/transport/mod.ts";
import { answer } from "../../src/transport/mod.ts";
import { FakeClock } from "./fake_clock.ts";

/** What the simulated server saw, counted on its own. */
export interface Seen {
  sent: number;
  answered: number;
}

/** A plan to change in tests: 100/s, no ramp, spikes, noise or schedule. */
export function planWith(
  change: {
    readonly [K in keyof Plan]?: K extends "pattern" ? Partial<Plan["pattern"]>
      : K extends "limits" ? Partial<Plan["limits"]>
      : Plan[K];
  } = {},
): Plan {
  const { pattern, limits, ...rest } = change;
  return {
    planId: "0000000000000000",
    pattern: {
      seed: 98,
      zone: "UTC",
      base: 100,
      max: 100_000,
      rampUpMs: 0,
      schedule: [],
      spikes: null,
      noise: null,
      ...pattern,
    },
    arrivals: "poisson",
    targets: [targetWith()],
    pacing: "eco",
    workers: 1,
    limits: {
      inFlight: 4000,
      maxLatenessMs: 100,
      connections: 1000,
      maxBodyBytes: 1e6,
      ...limits,
    } as Plan["limits"],
    health: {
      enabled: false,
      intervalMs: 10_000,
      timeoutMs: 5000,
      onUnhealthy: "report",
      url: null,
      method: null,
      expect: null,
    },
    metrics: { enabled: false, address: ":0", path: "/metrics" },
    shutdownTimeoutMs: 30_000,
    variables: [],
    ...rest,
  };
}

/** A simulated target. */
export function targetWith(change: Partial<TargetPlan> = {}): TargetPlan {
  return {
    name: "api",
    url: "http://sim.invalid/",
    protocol: "http",
    client: "sim",
    method: "GET",
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 30_000,
    ok: null,
    ...change,
  } as TargetPlan;
}

/** A run in simulated time. */
export class SimRun {
  readonly clock: FakeClock;
  readonly run: EngineRun;
  readonly seen: Seen = { sent: 0, answered: 0 };
  readonly log: string[] = [];
  /** Latency of an answer that starts now, in milliseconds. */
  latencyMs: (nowMs: number) => number = () => 5;
  /** Kills one worker; set when workers exist. */
  readonly kill: ((why: string) => void)[] = [];

  constructor(
    plan: Plan,
    options: Partial<RunOptions> & {
      readonly workers?: number;
      readonly wallMs?: number;
    } = {},
  ) {
    this.clock = new FakeClock(options.wallMs ?? Date.UTC(2026, 2, 28, 12));
    const spawn = spawnLocal(this.clock, this.#open());
    this.run = new EngineRun(
      { plan, variables: {}, log: (line) => this.log.push(line), ...options },
      {
        clock: this.clock,
        workers: options.workers ?? 1,
        runId: "sim",
        userAgent: "kar/sim",
        cost: () => ({ cpuSec: 0, rssBytes: 0 }),
        watchHealth: () => ({
          read: () => plan.targets.map(() => ({ healthy: null, removedMs: 0 })),
          stop: () => {},
        }),
        spawn: async (senderOptions, onLost) => {
          const link = await spawn(senderOptions, onLost);
          this.kill.push(onLost);
          return link;
        },
      },
    );
  }

  /** Starts, and moves time on until the run is over or `forMs` has passed. */
  async go(forMs: number): Promise<Snapshot> {
    await this.run.start();
    await this.advance(forMs);
    return this.run.snapshot();
  }

  /** Moves time on, checking at every step what must always hold. */
  async advance(forMs: number): Promise<void> {
    let steps = 0;
    await this.clock.run(forMs, () => {
      if (++steps % 64 === 0) checkInvariants(this.run.snapshot());
    });
    checkInvariants(this.run.snapshot());
  }

  #open(): OpenTransport {
    return (_, { clock, done }) => ({
      send: (call) => {
        this.seen.sent++;
        clock.after(this.latencyMs(clock.now()), () => {
          this.seen.answered++;
          done(call, answer(200));
        });
        return true;
      },
      close: () => Promise.resolve(),
    });
  }
}

/** due = sent + missed + waiting; sent = completed + in flight; nothing negative. */
export function checkInvariants(s: Snapshot): void {
  assert.equal(s.due, s.sent + total(s.missed) + s.waiting);
  assert.equal(s.sent, s.completed + s.inFlight);
  assert.equal(s.completed, s.ok + total(s.failed));
  assert.ok(s.waiting >= 0 && s.inFlight >= 0);
}
