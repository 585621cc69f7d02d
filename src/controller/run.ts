import { LANES, lanesOf, WHOLE } from "../arrivals/mod.ts";
import { type Cancel, SLOT_MS } from "../base/mod.ts";
import {
  EventLog,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
  Traffic,
} from "../pattern/mod.ts";
import { type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import type { RunState, Snapshot } from "../stats/mod.ts";
import { Shared } from "../worker/mod.ts";
import { checkAction, describe, eventOf, stateOf } from "./actions.ts";
import { type Changes, openChanges } from "./changes.ts";
import { Crew } from "./crew.ts";
import { BEATS_AHEAD } from "./event_writer.ts";
import { Ledger } from "./ledger.ts";
import { describeStart, type Notes, openNotes } from "./notes.ts";
import { PlanLine } from "./plan_line.ts";
import { describeLeap, PlanTime } from "./plan_time.ts";
import {
  healthOf,
  type HealthWatch,
  type Surroundings,
} from "./surroundings.ts";
import { breakerOf, historyOf, saveRun, totalsOf } from "./saved_run.ts";
import type { Action, Run, RunOptions, SavedRun } from "./types.ts";

/** Time between two looks at the counters. */
const TICK_MS = 100;
/** Every so many looks, clocks and workers are looked at too. */
const TICKS_PER_SEC = 10;
/** Time between the start of the threads and the first slot, at least. */
const START_MARGIN_MS = 20;

/** One run. See `Run` for what may be asked of it. */
export class EngineRun implements Run {
  readonly runId: string;
  readonly #o: RunOptions;
  readonly #world: Surroundings;
  readonly #lanes: readonly number[];
  readonly #shared: Shared;
  readonly #ledger: Ledger;
  readonly #traffic: Traffic;
  readonly #crew: Crew;
  readonly #notes: Notes;
  readonly #finished = Promise.withResolvers<Snapshot>();
  #health: HealthWatch | null = null;
  #planTime!: PlanTime;
  #changes!: Changes;
  #line!: PlanLine;
  #ticks = 0;
  #cancelTick: Cancel = () => {};
  /** Monotonic instant at which sending ended; null while it goes on. */
  #endedAtMs: number | null = null;
  #isStopping = false;
  #isOver = false;
  #cached: Snapshot | null = null;

  constructor(options: RunOptions, world: Surroundings) {
    const { plan } = options;
    this.runId = world.runId;
    this.#o = options;
    this.#notes = openNotes(options.log);
    this.#world = world;
    this.#lanes = lanesOf(options.stripe ?? WHOLE);
    this.#shared = Shared.create(RUN_TARGETS_MAX);
    this.#ledger = new Ledger(plan, world.runId);
    this.#traffic = new Traffic(
      [plan.pattern],
      new EventLog(historyOf(options.restore, Boolean(plan.safety))),
    );
    if (options.restore) this.#ledger.restore(totalsOf(options.restore));
    this.#crew = new Crew({
      first: {
        plan,
        variables: options.variables,
        resolved: world.resolved,
      },
      userAgent: world.userAgent,
      lanes: this.#lanes,
      size: Math.min(world.workers, this.#lanes.length),
      clock: world.clock,
      spawn: world.spawn,
      shared: this.#shared,
      ledger: this.#ledger,
      traffic: this.#traffic,
      leaptBeat: () => this.#line.lastBeat,
      warn: this.#notes.warn,
    });
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  /** Starts the threads, lets plan time begin, and fires unless `armed`. */
  async start(): Promise<void> {
    await this.#crew.open();
    const { clock } = this.#world;
    this.#planTime = new PlanTime(this.#shared, clock, {
      startMs: this.#o.startMs ?? null,
      marginMs: START_MARGIN_MS,
    });
    this.#line = new PlanLine({
      planTime: this.#planTime,
      traffic: this.#traffic,
      ledger: this.#ledger,
      share: this.#share,
    });
    this.#changes = openChanges({
      clock,
      shared: this.#shared,
      planTime: this.#planTime,
      traffic: this.#traffic,
      ...this.#notes,
      ledger: this.#ledger,
      crew: this.#crew,
      share: this.#share,
      variables: this.#o.variables,
      saved: breakerOf(this.#o.restore),
      world: this.#world,
      isLeaping: () => this.#isLeaping(),
      checkReload: () => this.#check({ kind: "reload" }),
      taken: (next) => this.#health?.take(next),
    });
    const { startSlot: slot } = this.#planTime;
    if (this.#o.durationMs !== undefined) {
      this.#planTime.endAt(Math.ceil(this.#o.durationMs / SLOT_MS));
    }
    const isToFire = !this.#o.armed && this.#o.restore === undefined;
    if (isToFire) this.#changes.events.write({ slot, kind: "fire" });
    this.#crew.begin(this.#planTime);
    this.#health = this.#world.watchHealth({
      removed: (target, removed) => this.#shared.setRemoved(target, removed),
      log: this.#notes.log,
    });
    this.#notes.log(describeStart(this.#state(0), slot));
    this.#nextTick();
  }

  snapshot(): Snapshot {
    this.#cached ??= this.#compose();
    return this.#cached;
  }

  forecast(span: ForecastSpan): Forecast {
    return forecastTraffic(this.#traffic, span);
  }

  async apply(action: Action): Promise<number> {
    await this.#changes.events.settled();
    this.#check(action);
    if (action.kind === "resume") {
      this.#changes.breaker.reset("an operator resumed");
    }
    return await this.#changes.events.date(eventOf(action), describe(action));
  }

  reload(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
  ): Promise<number> {
    return this.#changes.reloads.take(plan, variables);
  }

  save(): SavedRun {
    const { plan } = this.#ledger;
    return saveRun({
      planId: plan.planId,
      nowMs: this.#planTime.nowMs(),
      control: this.#traffic.events.at(Infinity),
      totals: this.#ledger.save(),
      breaker: this.#changes.breaker.save(),
    });
  }

  drain(): void {
    if (this.#isOver) return;
    this.#planTime.endAt(this.#planTime.beat() + BEATS_AHEAD);
    this.#cached = null;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#planTime.endAt(this.#planTime.beat() + 1);
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan line, end. */
  #tick(): void {
    if (this.#isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#advance();
    this.#ledger.read();
    if (isSecond) this.#lookAround();
    this.#cached = null;
    if (this.#hasEnded()) void this.#finish();
    else this.#nextTick();
  }

  #nextTick(): void {
    this.#cancelTick = this.#world.clock.after(TICK_MS, () => this.#tick());
  }

  #lookAround(): void {
    this.#ledger.closeWindow();
    const leap = this.#planTime.followWall();
    if (leap !== null) this.#notes.warn(describeLeap(leap));
    if (this.#endedAtMs !== null) return;
    this.#crew.check(this.#line.lastBeat);
    this.#changes.breaker.look();
  }

  /** Walks on along the plan, up to now or to the end. */
  #advance(): void {
    const { endBeat } = this.#shared;
    const beat = this.#planTime.beat();
    this.#line.advance(Math.min(beat, endBeat - 1));
    if (beat >= endBeat) this.#endedAtMs ??= this.#world.clock.now();
  }

  /** Whether a leap was decided that not every thread has made. */
  #isLeaping(): boolean {
    const { leapBeat } = this.#planTime;
    const isMade = this.#line.lastBeat >= leapBeat &&
      this.#crew.haveMade(leapBeat);
    return leapBeat > 0 && !isMade && !this.#isOver;
  }

  /** Whether everything that was due has its end, or has had its time. */
  #hasEnded(): boolean {
    if (this.#endedAtMs === null) return false;
    const sinceMs = this.#world.clock.now() - this.#endedAtMs;
    if (sinceMs > this.#o.plan.shutdownTimeoutMs) return true;
    if (!this.#crew.haveMade(this.#line.lastBeat)) return false;
    const { waiting, inFlight } = this.#compose();
    return waiting === 0 && inFlight === 0;
  }

  async #finish(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTick();
    this.#health?.stop();
    this.#changes.breaker.close();
    await this.#crew.close(this.#shared.endBeat);
    this.#ledger.closeWindow();
    this.#notes.log("Stopped");
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    const { cost, workers } = this.#world;
    // As of the last look, as all counts are.
    const beat = this.#line.lastBeat;
    const isSending = this.#planTime.beat() < this.#shared.endBeat &&
      !this.#isOver;
    return this.#ledger.compose({
      state: this.#state(beat),
      startMs: this.#planTime.startSlot * SLOT_MS,
      nowMs: this.#planTime.nowMs(),
      parts: isSending ? this.#line.partsAt(beat) : null,
      share: this.#share,
      lastFullSecond: this.#planTime.second() - 1,
      health: healthOf(this.#health, this.#ledger.plan),
      workersUp: this.#crew.up,
      workersWanted: Math.min(workers, this.#lanes.length),
      ...cost(),
      pollMs: this.#ledger.pollMs,
      warnings: this.#notes.warnings,
      breaker: {
        ...this.#changes.breaker.read(),
        level: this.#line.control(beat).level,
      },
    });
  }

  #check(action: Parameters<typeof checkAction>[0]): void {
    // The state that the change will meet, not the one of this moment.
    checkAction(action, this.#state(this.#planTime.beat() + BEATS_AHEAD));
  }

  #state(beat: number): RunState {
    if (this.#isOver) return "stopped";
    if (beat >= this.#shared.endBeat || this.#endedAtMs !== null) {
      return "draining";
    }
    return stateOf(this.#line.control(beat));
  }

  get #share(): number {
    return this.#lanes.length / LANES;
  }
}
