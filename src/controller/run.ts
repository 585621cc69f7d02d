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
import { Course } from "./course.ts";
import { Crew } from "./crew.ts";
import { Ledger } from "./ledger.ts";
import { FIRST_PLAN } from "./reloads.ts";
import { type Notes, openNotes, tellStart } from "./notes.ts";
import { describeLeap } from "./plan_time.ts";
import {
  healthOf,
  type HealthWatch,
  type Surroundings,
} from "./surroundings.ts";
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
  readonly #world: Surroundings;
  readonly #restored: RestoredRun | null;
  readonly #lanes: readonly number[];
  readonly #shared: Shared;
  readonly #ledger: Ledger;
  readonly #traffic: Traffic;
  readonly #crew: Crew;
  readonly #pacing: PickedPacing;
  readonly #notes: Notes;
  readonly #finished = Promise.withResolvers<Snapshot>();
  #health: HealthWatch | null = null;
  #course!: Course;
  #changes!: Changes;
  #ticks = 0;
  #cancelTick: Cancel = () => {};
  #cached: Snapshot | null = null;

  constructor(options: RunOptions, world: Surroundings) {
    const restored = options.restore ? readSavedRun(options.restore) : null;
    this.#restored = restored;
    const first = { ...options, resolved: world.resolved };
    const { sent, notes } = withFormer(first, restored?.totals);
    const { plan } = sent;
    this.runId = world.runId;
    this.#o = options;
    this.#notes = openNotes(options.log);
    this.#world = world;
    this.#lanes = lanesOf(options.stripe ?? WHOLE);
    this.#shared = Shared.create(RUN_TARGETS_MAX);
    this.#ledger = new Ledger(plan, world.runId);
    this.#ledger.onReason(this.#notes.alarm);
    this.#traffic = trafficOf(restored, plan, world.clock.wall());
    if (restored !== null) this.#ledger.restore(restored.totals);
    for (const line of [...options.warnings ?? [], ...notes]) {
      this.#notes.warn(line);
    }
    const size = Math.min(world.workers, this.#lanes.length);
    this.#pacing = pickPacing(plan.pacing, {
      ratePerSec: plan.pattern.max * this.#share,
      workers: size,
      cores: world.cores ?? size,
    });
    this.#crew = new Crew({
      first: { number: FIRST_PLAN, plan: sent },
      userAgent: world.userAgent,
      lanes: this.#lanes,
      size,
      pacing: this.#pacing,
      clock: world.clock,
      spawn: world.spawn,
      shared: this.#shared,
      ledger: this.#ledger,
      traffic: this.#traffic,
      leaptBeat: () => this.#course.line.lastBeat,
      warn: this.#notes.warn,
      warnOnce: this.#notes.warnOnce,
    });
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  /** Starts the threads, lets plan time begin, and fires unless `armed`. */
  async start(): Promise<void> {
    await this.#crew.open();
    const { clock } = this.#world;
    const parts = {
      clock,
      shared: this.#shared,
      traffic: this.#traffic,
      ledger: this.#ledger,
      crew: this.#crew,
      share: this.#share,
    };
    const course = new Course({
      ...parts,
      startMs: this.#o.startMs ?? null,
      atMs: this.#o.atMs ?? null,
      durationMs: this.#o.durationMs ?? null,
    });
    this.#course = course;
    this.#changes = openChanges({
      ...parts,
      ...this.#notes,
      planTime: course.planTime,
      variables: this.#o.variables,
      saved: this.#restored?.breaker,
      world: this.#world,
      isLeaping: () => course.isLeaping(),
      checkReload: () => course.check({ kind: "reload" }),
      taken: (plan) => this.#health?.take(plan),
    });
    const { startSlot, fireSlot } = course.planTime;
    const isToFire = !this.#o.armed && this.#o.restore === undefined;
    if (isToFire) this.#changes.events.write({ slot: fireSlot, kind: "fire" });
    // The time of an armed run begins when it is fired; that of a restored one
    // has begun long ago, or begins when its fire comes.
    const { firedSlot } = this.#traffic.events.at(Infinity);
    if (firedSlot !== null) course.endAfter(firedSlot - startSlot);
    this.#crew.begin(course.planTime);
    this.#health = this.#world.watchHealth({
      removed: (target, removed) => this.#shared.setRemoved(target, removed),
      log: this.#notes.log,
    });
    tellStart(this.#notes, {
      planTime: course.planTime,
      state: course.state(0),
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
    return this.#course.line.explain(atMs);
  }

  async apply(action: Action): Promise<number> {
    await this.#changes.events.settled();
    this.#course.check(action);
    if (action.kind === "resume") {
      this.#changes.breaker.reset("an operator resumed");
    }
    const asked = whole(action, this.#ledger.plan.pattern);
    const heldMs = await this.#changes.events.date(eventOf(asked), {
      what: describe(asked),
      ...(action.kind === "fire" && {
        dated: (beat) => this.#course.endAfter(beat),
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
    const { plan } = this.#ledger;
    return saveRun({
      planId: plan.planId,
      nowMs: this.#course.planTime.nowMs(),
      history: this.#traffic.history(),
      totals: this.#ledger.save(),
      breaker: this.#changes.breaker.save(),
    });
  }

  drain(): void {
    if (this.#course.isOver) return;
    this.#course.drain();
    this.#cached = null;
  }

  stop(): void {
    if (this.#course.isOver) return;
    this.#course.halt();
    this.#cached = null;
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan line, end. */
  #tick(): void {
    if (this.#course.isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#course.advance();
    this.#ledger.read();
    if (isSecond) this.#lookAround();
    this.#cached = null;
    if (this.#course.isDrained(() => this.#isSettled())) void this.#finish();
    else this.#nextTick();
  }

  #nextTick(): void {
    this.#cancelTick = this.#world.clock.after(TICK_MS, () => this.#tick());
  }

  #lookAround(): void {
    this.#ledger.closeWindow();
    const { planTime, line, hasEnded } = this.#course;
    const leap = planTime.followWall();
    if (leap !== null) this.#notes.warn(describeLeap(leap));
    if (hasEnded) return;
    this.#crew.check(line.lastBeat);
    this.#changes.breaker.look();
  }

  #isSettled(): boolean {
    const { waiting, inFlight } = this.#compose();
    return waiting === 0 && inFlight === 0;
  }

  async #finish(): Promise<void> {
    if (this.#course.isOver) return;
    this.#course.close();
    this.#cancelTick();
    this.#health?.stop();
    this.#changes.breaker.close();
    await this.#crew.close(this.#shared.endBeat);
    this.#world.close?.();
    this.#ledger.read();
    this.#ledger.closeWindow();
    this.#notes.log("Stopped");
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    const { cost } = this.#world;
    const { planTime, line, isSending } = this.#course;
    // As of the last look, as all counts are.
    const beat = line.lastBeat;
    return this.#ledger.compose({
      state: this.#course.state(beat),
      startMs: planTime.startSlot * SLOT_MS,
      begunMs: planTime.begunMs,
      nowMs: planTime.nowMs(),
      endMs: planTime.endMs,
      parts: isSending ? line.partsAt(beat) : null,
      control: this.#traffic.events.at(Infinity),
      share: this.#share,
      isCutShort: this.#course.isCutShort,
      lastFullSecond: planTime.second() - 1,
      health: healthOf(this.#health, this.#ledger.plan),
      workersUp: this.#crew.up,
      workersWanted: this.#crew.size,
      ...cost(),
      pollMs: this.#ledger.pollMs,
      pacing: this.#pacing,
      warnings: this.#notes.warnings,
      breaker: {
        ...this.#changes.breaker.read(),
        level: line.control(beat).level,
      },
      ownTrips: this.#changes.breaker.ownTrips,
    });
  }

  get #share(): number {
    return this.#lanes.length / LANES;
  }
}
