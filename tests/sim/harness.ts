import assert from "node:assert/strict";
import { digestSpan } from "../../src/arrivals/mod.ts";
import { EngineRun } from "../../src/run/run.ts";
import type { Action, RunOptions } from "../../src/run/types.ts";
import type { RunDeps } from "../../src/run/deps.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { type Snapshot, total } from "../../src/stats/mod.ts";
import { FAILURE_KINDS, type ResolvedTarget } from "../../src/transport/mod.ts";
import { type Spawn, spawnLocal } from "../../src/worker/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import { GatedClock } from "./gated_clock.ts";
import { SimServer } from "./server.ts";

export * from "./plans.ts";

/** Saturday noon before Europe's clocks change. */
export const NOON_MS = Date.UTC(2026, 2, 28, 12);

/** Not a multiple of a tick, so that all moments of a second get their look. */
const LOOK_MS = 330;

/** How a simulated run differs from a real one. */
export interface SimOptions extends Partial<Omit<RunOptions, "plan">> {
  readonly workers?: number;
  /** Wall time at the start. */
  readonly wallMs?: number;
  /** Where changes of the circuit breaker go. */
  readonly openHook?: RunDeps["openHook"];
  /** What was captured before the run. */
  readonly setup?: RunDeps["setup"];
  /** Simulated time between two looks at the accounts: longer for long runs. */
  readonly lookMs?: number;
}

/** One simulated worker thread. */
export interface SimWorker {
  readonly clock: GatedClock;
  /** Its place with the keeper. */
  readonly place: number;
  /** Makes the thread die. */
  readonly kill: (why: string) => void;
  isOver: boolean;
}

/** A run in simulated time against a simulated server. */
export class SimRun {
  readonly clock: FakeClock;
  readonly server = new SimServer();
  #run: EngineRun | null = null;
  readonly #options: RunOptions;
  readonly #deps: RunDeps;
  readonly log: string[] = [];
  /** Plans whose targets the health checks were told to take. */
  readonly checked: Plan[] = [];
  /** Every worker that was ever made, in the order of making. */
  readonly workers: SimWorker[] = [];
  /** Called before a worker is made; may throw or wait. */
  beforeSpawn: (made: number) => Promise<void> = () => Promise.resolve();
  /** Called when a worker is made and not handed over yet; may wait. */
  afterSpawn: () => Promise<void> = () => Promise.resolve();
  readonly #lookMs: number;
  #seen: Snapshot | null = null;
  #nextLookMs = 0;

  constructor(plan: Plan, options: SimOptions = {}) {
    const { workers = 1, wallMs = NOON_MS, lookMs = LOOK_MS, ...others } =
      options;
    const { openHook, setup, ...rest } = others;
    this.clock = new FakeClock(wallMs);
    this.#lookMs = lookMs;
    const log = (line: string) => this.log.push(line);
    this.#options = { plan, variables: {}, log, ...rest };
    this.#deps = {
      clock: this.clock,
      workers,
      resolved: resolvedFor(plan),
      resolve: (next) => Promise.resolve(resolvedFor(next)),
      runId: "sim",
      ...(openHook && { openHook }),
      ...(setup && { setup }),
      userAgent: "kar/sim",
      cost: () => ({ cpuSec: 0, rssBytes: 0 }),
      watchHealth: () => ({
        read: () => plan.targets.map(() => ({ healthy: null, removedMs: 0 })),
        take: (next) => this.checked.push(next.plan),
        stop: () => {},
      }),
      spawn: this.#spawn,
    };
  }

  /** The run, once it was started. */
  get run(): EngineRun {
    assert.ok(this.#run !== null, "not started");
    return this.#run;
  }

  /** Starts, without a step of time. */
  async start(): Promise<void> {
    this.#run = await EngineRun.start(this.#options, this.#deps);
  }

  /** Workers that have not ended. */
  get alive(): SimWorker[] {
    return this.workers.filter(({ isOver }) => !isOver);
  }

  /** Starts, and moves time on until the run is over or `forMs` has passed. */
  async go(forMs: number): Promise<Snapshot> {
    await this.start();
    return this.advance(forMs);
  }

  /** Moves time on, checking again and again what must always hold. */
  async advance(forMs: number): Promise<Snapshot> {
    await this.clock.run(forMs, () => {
      if (this.clock.now() >= this.#nextLookMs) this.#look();
    });
    this.#look();
    return this.run.snapshot();
  }

  /** Checks a snapshot that was not seen yet, both for itself and against the server. */
  #look(): void {
    this.#nextLookMs = this.clock.now() + this.#lookMs;
    const snapshot = this.run.snapshot();
    if (snapshot === this.#seen) return;
    checkAccounts(snapshot);
    // What an earlier process had counted, this server has not seen.
    const earlier = snapshot.before?.sent ?? 0;
    assert.ok(snapshot.sent <= earlier + this.server.sent);
    if (snapshot.journeys.length === 0) {
      assert.ok(snapshot.completed <= earlier + this.server.ended);
    } else if (snapshot.before === null) {
      assert.ok(snapshot.requests <= this.server.sent);
    }
    const before = this.#seen;
    if (before !== null) {
      for (const key of ["due", "sent", "completed", "ok"] as const) {
        assert.ok(snapshot[key] >= before[key], `${key} went back`);
      }
    }
    this.#seen = snapshot;
  }

  readonly #spawn: Spawn = async (options, on) => {
    await this.beforeSpawn(this.workers.length);
    const clock = new GatedClock(this.clock);
    const link = await spawnLocal(clock, this.server.client)(options, on);
    const { place } = options;
    const worker = { clock, place, kill: on.lost, isOver: false };
    this.workers.push(worker);
    await this.afterSpawn();
    return {
      ...link,
      terminate: () => {
        worker.isOver = true;
        link.terminate();
      },
    };
  };
}

/** Certificates of none, and a call of nothing where a target is called. */
function resolvedFor({ targets }: Plan): ResolvedTarget[] {
  const tls = { ca: null, cert: null, key: null };
  const call = { path: "/sim.Sim/Call", kind: "unary", messages: [] } as const;
  return targets.map(({ protocol }) => ({
    tls,
    grpc: protocol === "grpc" ? call : null,
  }));
}

/** due = sent + missed + waiting; sent = completed + in flight; nothing negative; parts add up. */
export function checkAccounts(s: Snapshot): void {
  assert.equal(s.due, s.sent + total(s.missed) + s.waiting);
  assert.equal(s.sent, s.completed + s.inFlight);
  assert.equal(s.completed, s.ok + total(s.failed));
  assert.ok(s.waiting >= 0 && s.inFlight >= 0);
  for (const parts of [[...s.targets, ...s.journeys], s.phases]) {
    for (const key of ["due", "sent", "completed", "ok"] as const) {
      assert.equal(parts.reduce((n, part) => n + part[key], 0), s[key], key);
    }
  }
  for (const { failed, reasons } of s.targets) {
    for (const kind of FAILURE_KINDS) {
      const known = reasons.filter((reason) => reason.kind === kind)
        .reduce((sum, { count }) => sum + count, 0);
      assert.ok(known <= (failed[kind] ?? 0), `more reasons than ${kind}`);
    }
  }
  checkJourneys(s);
  const steps = (key: "due" | "sent" | "completed") =>
    s.steps.reduce((n, step) => n + step[key], 0);
  // The timeline is read a moment before the tallies.
  assert.ok(steps("due") <= s.due && steps("sent") <= s.sent);
  assert.ok(steps("completed") <= s.completed);
}

/** Each journey and each step adds up; the first step of a journey is sent with it. */
function checkJourneys(s: Snapshot): void {
  let requests = s.targets.reduce((n, { sent }) => n + sent, 0);
  for (const journey of s.journeys) {
    assert.equal(journey.sent, journey.completed + journey.open);
    assert.ok(journey.duration.count === journey.ok);
    for (const step of journey.steps) {
      assert.equal(step.due, step.sent + total(step.missed));
      assert.equal(step.completed, step.ok + total(step.failed));
      assert.ok(step.sent >= step.completed);
      requests += step.sent;
    }
    if (!journey.gone && journey.steps.length > 0) {
      assert.ok(journey.steps[0]!.sent >= journey.sent, "first step");
    }
  }
  assert.equal(s.requests, requests);
}

/** What holds once a run is over: every account is closed, on both sides. */
export function checkEnd(sim: SimRun, s: Snapshot): void {
  checkAccounts(s);
  assert.equal(s.state, "stopped");
  assert.equal(s.waiting, 0);
  assert.equal(s.inFlight, 0);
  assert.equal(s.requests, sim.server.sent);
  if (s.journeys.length === 0) assert.equal(s.completed, sim.server.ended);
  assert.equal(sim.server.open, 0);
  assert.deepEqual(sim.alive, [], "workers left behind");
  for (const key of ["due", "sent", "completed", "missed"] as const) {
    const whole = key === "missed" ? total(s.missed) : s[key];
    assert.equal(s.steps.reduce((n, step) => n + step[key], 0), whole, key);
  }
}

/** Number and digest of the arrivals that a plan has in a span. */
export function planned(plan: Plan, startMs: number, durationMs: number) {
  const { arrivals, digest } = [...digestSpan(plan, { startMs, durationMs })]
    .at(-1)!;
  return { due: arrivals, arrivalsDigest: digest };
}

/** The same two of a snapshot. */
export function dueOf({ due, arrivalsDigest }: Snapshot) {
  return { due, arrivalsDigest };
}

/** Asks, and lets time pass until there is an answer. */
export async function ask(sim: SimRun, action: Action): Promise<number> {
  let answer: number | undefined;
  let error: unknown;
  sim.run.apply(action).then((ms) => answer = ms, (e) => error = e);
  for (let i = 0; i < 200 && answer === undefined && error === undefined; i++) {
    await sim.advance(10);
  }
  if (error !== undefined) throw error;
  assert.ok(answer !== undefined, "no answer");
  return answer;
}
