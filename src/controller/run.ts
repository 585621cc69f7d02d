import { LANES, lanesOf, WHOLE } from "../arrivals/mod.ts";
import { type Cancel, SLOT_MS, SLOTS_PER_SEC } from "../base/mod.ts";
import {
  EventLog,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
  Traffic,
} from "../pattern/mod.ts";
import { mergePlans, type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import type { RunState, Snapshot } from "../stats/mod.ts";
import { foldOld, type NextSlot, Shared } from "../worker/mod.ts";
import { BreakerWatch } from "./breaker_watch.ts";
import { checkAction, describe, eventOf, stateOf } from "./actions.ts";
import { Crew } from "./crew.ts";
import { EventWriter, SLOTS_AHEAD } from "./event_writer.ts";
import { Ledger } from "./ledger.ts";
import { describeStart, type Notes, openNotes } from "./notes.ts";
import { describeJump, PlanTime } from "./plan_time.ts";
import {
  healthOf,
  type HealthWatch,
  type Surroundings,
} from "./surroundings.ts";
import { historyOf, saveRun, totalsOf } from "./saved_run.ts";
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
  #events!: EventWriter;
  #breaker!: BreakerWatch;
  /** The next slot that is not counted as planned yet. */
  #next!: NextSlot;
  #lastSlot = 0;
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
      new EventLog(historyOf(options.restore)),
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
    const common = {
      clock,
      shared: this.#shared,
      planTime: this.#planTime,
      traffic: this.#traffic,
      ...this.#notes,
    };
    const haveSeen = (count: number) => this.#crew.haveSeen(count);
    this.#events = new EventWriter({ ...common, haveSeen });
    this.#breaker = new BreakerWatch({
      ...common,
      ledger: this.#ledger,
      events: this.#events,
      share: this.#share,
      variables: this.#o.variables,
      hook: this.#world.openHook?.(this.#notes.log) ?? null,
    });
    const { startSlot: slot, runStartMs } = this.#planTime;
    this.#next = { slot, segment: 0, startMs: runStartMs, jumpedFrom: null };
    this.#lastSlot = slot - 1;
    if (this.#o.durationMs !== undefined) {
      this.#planTime.endAt(slot + Math.ceil(this.#o.durationMs / SLOT_MS));
    }
    const isToFire = !this.#o.armed && this.#o.restore === undefined;
    if (isToFire) this.#events.write({ slot, kind: "fire" });
    this.#crew.begin(this.#planTime);
    this.#health = this.#world.watchHealth({
      removed: (target, removed) => this.#shared.setRemoved(target, removed),
      log: this.#notes.log,
    });
    this.#notes.log(describeStart(this.#state(slot), slot));
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
    // The state that the change will meet, not the one of this moment.
    const slot = this.#planTime.here().slot + SLOTS_AHEAD;
    checkAction(action, this.#state(slot));
    if (action.kind === "resume") this.#breaker.reset("an operator resumed");
    return await this.#events.date(eventOf(action), describe(action));
  }

  async reload(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
  ): Promise<number> {
    const merged = mergePlans(this.#ledger.plan, plan);
    const resolved = await this.#world.resolve(merged, variables);
    await this.#crew.addPlan({ plan: merged, variables, resolved });
    const number = this.#traffic.addPattern(merged.pattern);
    this.#ledger.plan = merged;
    this.#breaker.variables = variables;
    return await this.#events.date(
      { kind: "plan", value: number },
      "New plan",
    );
  }

  save(): SavedRun {
    const { plan } = this.#ledger;
    return saveRun({
      planId: plan.planId,
      nowMs: this.#planTime.nowMs(),
      // A change that was promised counts, though it may not hold yet.
      control: this.#traffic.events.at(Infinity),
      totals: this.#ledger.save(),
    });
  }

  drain(): void {
    if (this.#isOver) return;
    const slot = this.#planTime.here().slot + SLOTS_AHEAD;
    if (slot < this.#shared.endSlot) this.#planTime.endAt(slot);
    this.#cached = null;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const slot = this.#planTime.here().slot + 1;
    if (slot < this.#shared.endSlot) this.#planTime.endAt(slot);
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan line, end. */
  #tick(): void {
    if (this.#isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#planPassedSlots();
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
    const jump = this.#planTime.followWall();
    if (jump !== null) this.#notes.warn(describeJump(jump));
    if (this.#endedAtMs !== null) return;
    this.#crew.check(this.#lastSlot);
    this.#breaker.look();
  }

  /** Adds what the plan says for the slots that have begun since the last look. */
  #planPassedSlots(): void {
    const nowMs = this.#world.clock.now();
    while (this.#next.startMs <= nowMs) {
      if (this.#next.slot >= this.#shared.endSlot) {
        this.#endedAtMs ??= nowMs;
        return;
      }
      this.#planSlot(this.#next);
      this.#next = this.#planTime.timeline.after(this.#next);
    }
  }

  #planSlot({ slot, startMs, jumpedFrom }: NextSlot): void {
    if (jumpedFrom !== null) this.#traffic.events.rebase(jumpedFrom, slot);
    foldOld(this.#traffic.events, slot);
    const { rate, phase } = this.#traffic.partsAt(slot);
    const second = this.#planTime.secondAt(startMs + SLOT_MS / 2);
    this.#ledger.planSlot(second, rate * this.#share / SLOTS_PER_SEC, phase);
    this.#lastSlot = slot;
  }

  /** Whether everything that was due has its end, or has had its time. */
  #hasEnded(): boolean {
    if (this.#endedAtMs === null) return false;
    const sinceMs = this.#world.clock.now() - this.#endedAtMs;
    if (sinceMs > this.#o.plan.shutdownTimeoutMs) return true;
    if (!this.#crew.haveMade(this.#lastSlot)) return false;
    const { waiting, inFlight } = this.#compose();
    return waiting === 0 && inFlight === 0;
  }

  async #finish(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTick();
    this.#health?.stop();
    this.#breaker.close();
    await this.#crew.close(this.#shared.endSlot);
    this.#ledger.closeWindow();
    this.#notes.log("Stopped");
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    const { clock, cost, workers } = this.#world;
    const nowMs = clock.now();
    const { slot } = this.#planTime.here();
    const isSending = slot < this.#shared.endSlot && !this.#isOver;
    return this.#ledger.compose({
      state: this.#state(slot),
      startMs: this.#planTime.startSlot * SLOT_MS,
      nowMs: Math.min(this.#planTime.nowMs(), this.#shared.endSlot * SLOT_MS),
      parts: isSending ? this.#traffic.partsAt(slot) : null,
      share: this.#share,
      lastFullSecond: this.#planTime.secondAt(nowMs) - 1,
      health: healthOf(this.#health, this.#ledger.plan),
      workersUp: this.#crew.up,
      workersWanted: Math.min(workers, this.#lanes.length),
      ...cost(),
      pollMs: this.#ledger.pollMs,
      warnings: this.#notes.warnings,
    });
  }

  #state(slot: number): RunState {
    if (this.#isOver) return "stopped";
    if (slot >= this.#shared.endSlot || this.#endedAtMs !== null) {
      return "draining";
    }
    return stateOf(this.#traffic.events.at(slot));
  }

  get #share(): number {
    return this.#lanes.length / LANES;
  }
}
