import { LANES, lanesOf, WHOLE } from "../arrivals/mod.ts";
import { type Cancel, SLOT_MS } from "../base/mod.ts";
import {
  type Explanation,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
  type Traffic,
} from "../pattern/mod.ts";
import { type PickedPacing, type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import { pickPacing, Shared } from "../worker/mod.ts";
import { describe, eventOf, whole } from "./actions.ts";
import { type Changes, openChanges } from "./changes.ts";
import { Lifecycle } from "./lifecycle.ts";
import { WorkerPool } from "./worker_pool.ts";
import { RunTotals } from "./run_totals.ts";
import { FIRST_PLAN } from "./reloads.ts";
import { type Notes, openNotes, tellStart } from "./notes.ts";
import { describeLeap } from "./plan_clock.ts";
import { healthOf, type HealthWatch, type RunDeps } from "./deps.ts";
import { withFormer } from "./former_targets.ts";
import {
  readSavedRun,
  type RestoredRun,
  saveRun,
  trafficOf,
} from "./saved_run.ts";
import { forecastOf } from "./view.ts";
import type { Action, Run, RunOptions, SavedRun } from "./types.ts";

/** Time between two looks at the counters. */
const TICK_MS = 100;
/** Every so many looks, clocks and workers are looked at too. */
const TICKS_PER_SEC = 10;

/** One run. See `Run` for what may be asked of it. */
export class EngineRun implements Run {
  readonly runId: string;
  readonly #o: RunOptions;
  readonly #deps: RunDeps;
  readonly #restored: RestoredRun | null;
  readonly #lanes: readonly number[];
  readonly #shared: Shared;
  readonly #totals: RunTotals;
  readonly #traffic: Traffic;
  readonly #pool: WorkerPool;
  readonly #pacing: PickedPacing;
  readonly #notes: Notes;
  readonly #finished = Promise.withResolvers<Snapshot>();
  #health: HealthWatch | null = null;
  #lifecycle!: Lifecycle;
  #changes!: Changes;
  #ticks = 0;
  #cancelTick: Cancel = () => {};
  #cached: Snapshot | null = null;

  constructor(options: RunOptions, deps: RunDeps) {
    const restored = options.restore ? readSavedRun(options.restore) : null;
    this.#restored = restored;
    const first = { ...options, resolved: deps.resolved };
    const { sent, notes } = withFormer(first, restored?.totals);
    const { plan } = sent;
    this.runId = deps.runId;
    this.#o = options;
    this.#notes = openNotes(options.log);
    this.#deps = deps;
    this.#lanes = lanesOf(options.stripe ?? WHOLE);
    this.#shared = Shared.create(RUN_TARGETS_MAX);
    this.#totals = new RunTotals(plan, deps.runId);
    this.#totals.onReason(this.#notes.alarm);
    this.#traffic = trafficOf(restored, plan, deps.clock.wall());
    if (restored !== null) this.#totals.restore(restored.totals);
    for (const line of [...options.warnings ?? [], ...notes]) {
      this.#notes.warn(line);
    }
    const size = Math.min(deps.workers, this.#lanes.length);
    this.#pacing = pickPacing(plan.pacing, {
      ratePerSec: plan.pattern.max * this.#share,
      workers: size,
      cores: deps.cores ?? size,
    });
    this.#pool = new WorkerPool({
      first: { number: FIRST_PLAN, plan: sent },
      userAgent: deps.userAgent,
      lanes: this.#lanes,
      size,
      pacing: this.#pacing,
      clock: deps.clock,
      spawn: deps.spawn,
      shared: this.#shared,
      totals: this.#totals,
      traffic: this.#traffic,
      leaptBeat: () => this.#lifecycle.cursor.lastBeat,
      warn: this.#notes.warn,
      warnOnce: this.#notes.warnOnce,
    });
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  /** Starts the threads, lets plan time begin, and fires unless `armed`. */
  async start(): Promise<void> {
    await this.#pool.open();
    const { clock } = this.#deps;
    const parts = {
      clock,
      shared: this.#shared,
      traffic: this.#traffic,
      totals: this.#totals,
      pool: this.#pool,
      share: this.#share,
    };
    const lifecycle = new Lifecycle({
      ...parts,
      startMs: this.#o.startMs ?? null,
      atMs: this.#o.atMs ?? null,
      durationMs: this.#o.durationMs ?? null,
    });
    this.#lifecycle = lifecycle;
    this.#changes = openChanges({
      ...parts,
      ...this.#notes,
      planClock: lifecycle.planClock,
      variables: this.#o.variables,
      saved: this.#restored?.breaker,
      deps: this.#deps,
      isLeaping: () => lifecycle.isLeaping(),
      checkReload: () => lifecycle.check({ kind: "reload" }),
      taken: (plan) => this.#health?.take(plan),
    });
    const { startSlot, fireSlot } = lifecycle.planClock;
    const isToFire = !this.#o.armed && this.#o.restore === undefined;
    if (isToFire) this.#changes.events.write({ slot: fireSlot, kind: "fire" });
    // The time of an armed run begins when it is fired; that of a restored one
    // has begun long ago, or begins when its fire comes.
    const { firedSlot } = this.#traffic.events.at(Infinity);
    if (firedSlot !== null) lifecycle.endAfter(firedSlot - startSlot);
    this.#pool.begin(lifecycle.planClock);
    this.#health = this.#deps.watchHealth({
      removed: (target, removed) => this.#shared.setRemoved(target, removed),
      log: this.#notes.log,
    });
    tellStart(this.#notes, {
      planClock: lifecycle.planClock,
      state: lifecycle.state(0),
      wallMs: clock.wall(),
    });
    this.#nextTick();
  }

  snapshot(): Snapshot {
    this.#cached ??= this.#compose();
    return this.#cached;
  }

  forecast(span: ForecastSpan): Forecast {
    return forecastOf(forecastTraffic(this.#traffic, span), this.#share);
  }

  explain(atMs?: number): Explanation {
    return this.#lifecycle.cursor.explain(atMs);
  }

  async apply(action: Action): Promise<number> {
    await this.#changes.events.settled();
    this.#lifecycle.check(action);
    if (action.kind === "resume") {
      this.#changes.breaker.reset("an operator resumed");
    }
    const asked = whole(action, this.#totals.plan.pattern);
    const heldMs = await this.#changes.events.date(eventOf(asked), {
      what: describe(asked),
      ...(action.kind === "fire" && {
        dated: (beat) => this.#lifecycle.endAfter(beat),
      }),
    });
    // Whoever changed something finds it in the next snapshot.
    this.#cached = null;
    return heldMs;
  }

  reload(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
  ): Promise<number> {
    return this.#changes.reloads.take(plan, variables);
  }

  save(): SavedRun {
    const { plan } = this.#totals;
    return saveRun({
      planId: plan.planId,
      nowMs: this.#lifecycle.planClock.nowMs(),
      history: this.#traffic.history(),
      totals: this.#totals.save(),
      breaker: this.#changes.breaker.save(),
    });
  }

  drain(): void {
    if (this.#lifecycle.isOver) return;
    this.#lifecycle.drain();
    this.#cached = null;
  }

  stop(): void {
    if (this.#lifecycle.isOver) return;
    this.#lifecycle.halt();
    this.#cached = null;
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan, end. */
  #tick(): void {
    if (this.#lifecycle.isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#lifecycle.advance();
    this.#totals.read();
    if (isSecond) this.#lookAround();
    this.#cached = null;
    if (this.#lifecycle.isDrained(() => this.#isSettled())) void this.#finish();
    else this.#nextTick();
  }

  #nextTick(): void {
    this.#cancelTick = this.#deps.clock.after(TICK_MS, () => this.#tick());
  }

  #lookAround(): void {
    this.#totals.closeWindow();
    const { planClock, cursor, hasEnded } = this.#lifecycle;
    const leap = planClock.followWall();
    if (leap !== null) this.#notes.warn(describeLeap(leap));
    if (hasEnded) return;
    this.#pool.check(cursor.lastBeat);
    this.#changes.breaker.look();
  }

  #isSettled(): boolean {
    const { waiting, inFlight } = this.#compose();
    return waiting === 0 && inFlight === 0;
  }

  async #finish(): Promise<void> {
    if (this.#lifecycle.isOver) return;
    this.#lifecycle.close();
    this.#cancelTick();
    this.#health?.stop();
    this.#changes.breaker.close();
    await this.#pool.close(this.#shared.endBeat);
    this.#deps.close?.();
    this.#totals.read();
    this.#totals.closeWindow();
    this.#notes.log("Stopped");
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    const { cost } = this.#deps;
    const { planClock, cursor, isSending } = this.#lifecycle;
    // As of the last look, as all counts are.
    const beat = cursor.lastBeat;
    return this.#totals.compose({
      state: this.#lifecycle.state(beat),
      startMs: planClock.startSlot * SLOT_MS,
      begunMs: planClock.begunMs,
      nowMs: planClock.nowMs(),
      endMs: planClock.endMs,
      parts: isSending ? cursor.partsAt(beat) : null,
      control: this.#traffic.events.at(Infinity),
      share: this.#share,
      isCutShort: this.#lifecycle.isCutShort,
      lastFullSecond: planClock.second() - 1,
      health: healthOf(this.#health, this.#totals.plan),
      workersUp: this.#pool.up,
      workersWanted: this.#pool.size,
      ...cost(),
      pollMs: this.#totals.pollMs,
      pacing: this.#pacing,
      warnings: this.#notes.warnings,
      breaker: {
        ...this.#changes.breaker.read(),
        level: cursor.control(beat).level,
      },
      ownTrips: this.#changes.breaker.ownTrips,
    });
  }

  get #share(): number {
    return this.#lanes.length / LANES;
  }
}
