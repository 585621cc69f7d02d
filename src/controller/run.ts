import { LANES, lanesOf, WHOLE } from "../arrivals/mod.ts";
import { type Clock, KarError, SLOT_MS, SLOTS_PER_SEC } from "../base/mod.ts";
import {
  type EventKind,
  EventLog,
  Traffic,
  type TrafficEvent,
} from "../pattern/mod.ts";
import {
  Collector,
  FINE,
  GAUGE,
  Layout,
  RecentWindow,
  type RunState,
  type Snapshot,
  Steps,
} from "../stats/mod.ts";
import {
  foldOld,
  type NextSlot,
  type Position,
  Shared,
  type Spawn,
} from "../worker/mod.ts";
import { Crew } from "./crew.ts";
import { PlanTime } from "./plan_time.ts";
import type { Action, Run, RunOptions } from "./types.ts";
import { composeSnapshot, type Sums, type TargetHealth } from "./view.ts";

/** Time between two looks at the counters. */
const TICK_MS = 100;
/** Every so many looks, histograms, clocks and workers are looked at too. */
const TICKS_PER_SEC = 10;
/** Time between the start of the threads and the first slot, at least. */
const START_MARGIN_MS = 20;
/** An event holds from the second slot edge after it is received. */
const EVENT_SLOTS_AHEAD = 2;
/** Workers look for events once a slot; later than this they are stuck. */
const CONFIRM_MS_MAX = 1000;
/** Time between two looks for confirmations. */
const CONFIRM_LOOK_MS = 10;
/** Warnings that a run keeps; the first ones tell the most. */
const WARNINGS_MAX = 100;

/** The world around a run: the real one, or a simulated one. */
export interface Surroundings {
  readonly clock: Clock;
  readonly spawn: Spawn;
  /** How many workers a plan gets. */
  readonly workers: number;
  readonly runId: string;
  readonly userAgent: string;
  /** What the process cost so far. */
  readonly cost: () => { readonly cpuSec: number; readonly rssBytes: number };
  /** Watches the targets; see `src/health`. */
  readonly watchHealth: (on: {
    readonly removed: (target: number, removed: boolean) => void;
    readonly log: (line: string) => void;
  }) => HealthWatch;
}

/** The health checks of a run. */
export interface HealthWatch {
  /** What is known now, for each target. */
  read(): readonly TargetHealth[];
  stop(): void;
}

/** One run. See `Run` for what may be asked of it. */
export class EngineRun implements Run {
  readonly runId: string;
  readonly #o: RunOptions;
  readonly #world: Surroundings;
  readonly #lanes: readonly number[];
  readonly #shared: Shared;
  readonly #collector: Collector;
  readonly #steps = new Steps();
  readonly #recent = new RecentWindow(FINE);
  readonly #sums: Sums;
  readonly #traffic: Traffic;
  readonly #crew: Crew;
  readonly #warnings: string[] = [];
  readonly #finished = Promise.withResolvers<Snapshot>();
  #health: HealthWatch | null = null;
  #planTime!: PlanTime;
  #runStartMs = 0;
  #startSlot = 0;
  /** The next slot that is not counted as planned yet. */
  #next!: NextSlot;
  #lastSlot = 0;
  #ticks = 0;
  /** Monotonic instant at which sending ended; null while it goes on. */
  #endedAtMs: number | null = null;
  #isStopping = false;
  #isOver = false;
  #cached: Snapshot | null = null;

  constructor(options: RunOptions, world: Surroundings) {
    const { plan } = options;
    const layout = new Layout(plan.targets.length);
    this.runId = world.runId;
    this.#o = options;
    this.#world = world;
    this.#lanes = lanesOf(options.stripe ?? WHOLE);
    this.#shared = Shared.create(plan.targets.length);
    this.#collector = new Collector(layout, this.#steps);
    this.#traffic = new Traffic([plan.pattern], new EventLog());
    this.#sums = {
      plan,
      runId: world.runId,
      layout,
      collector: this.#collector,
      steps: this.#steps,
      recent: this.#recent,
    };
    this.#crew = new Crew({
      plan,
      variables: options.variables,
      userAgent: world.userAgent,
      lanes: this.#lanes,
      size: Math.min(world.workers, this.#lanes.length),
      clock: world.clock,
      spawn: world.spawn,
      shared: this.#shared,
      layout,
      collector: this.#collector,
      traffic: this.#traffic,
      secondAt: (ms) => this.#secondAt(ms),
      warn: (line) => this.#warn(line),
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
    const { slot, monoMs } = this.#shared.readAnchor()!;
    this.#startSlot = slot;
    this.#runStartMs = monoMs;
    this.#next = { slot, segment: 0, startMs: monoMs, jumpedFrom: null };
    this.#lastSlot = slot - 1;
    if (this.#o.durationMs !== undefined) {
      this.#setEnd(slot + Math.ceil(this.#o.durationMs / SLOT_MS));
    }
    if (!this.#o.armed) this.#write({ slot, kind: "fire" });
    this.#crew.begin({
      planTime: this.#planTime,
      firstSlot: slot,
      runStartMs: monoMs,
    });
    this.#health = this.#world.watchHealth({
      removed: (target, removed) => this.#shared.setRemoved(target, removed),
      log: (line) => this.#log(line),
    });
    this.#log(`${this.#o.armed ? "Armed" : "Firing"} from ${iso(slot)}`);
    clock.after(TICK_MS, () => this.#tick());
  }

  snapshot(): Snapshot {
    this.#cached ??= this.#compose();
    return this.#cached;
  }

  async apply(action: Action): Promise<number> {
    this.#check(action);
    while (this.#planTime.isJumping) await this.#pause(TICK_MS);
    const slot = this.#here().slot + EVENT_SLOTS_AHEAD;
    this.#write({ slot, ...eventOf(action) });
    this.#log(`${describe(action)} from ${iso(slot)}`);
    await this.#confirmed();
    return slot * SLOT_MS;
  }

  drain(): void {
    if (this.#isOver) return;
    const slot = this.#here().slot + EVENT_SLOTS_AHEAD;
    if (slot < this.#shared.endSlot) this.#setEnd(slot);
    this.#cached = null;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const slot = this.#here().slot + 1;
    if (slot < this.#shared.endSlot) this.#setEnd(slot);
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan line, end. */
  #tick(): void {
    if (this.#isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#planPassedSlots();
    if (isSecond) this.#readSecond();
    else this.#collector.readCounters();
    this.#cached = null;
    if (this.#hasEnded()) void this.#finish();
    else this.#world.clock.after(TICK_MS, () => this.#tick());
  }

  #readSecond(): void {
    this.#collector.readAll();
    this.#recent.push(
      this.#collector.histogram(this.#sums.layout.run.response),
    );
    const jump = this.#planTime.followWall();
    if (jump !== null) this.#logJump(jump);
    if (this.#endedAtMs === null) this.#crew.check(this.#lastSlot);
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
    const second = this.#secondAt(startMs + SLOT_MS / 2);
    this.#steps.plan(second, rate * this.#share / SLOTS_PER_SEC, phase);
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
    this.#health?.stop();
    await this.#crew.close(this.#shared.endSlot);
    this.#recent.push(
      this.#collector.histogram(this.#sums.layout.run.response),
    );
    this.#log("Stopped");
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    const { clock, cost, workers } = this.#world;
    const nowMs = clock.now();
    const { slot } = this.#here();
    const isSending = slot < this.#shared.endSlot && !this.#isOver;
    return composeSnapshot(this.#sums, {
      state: this.#state(slot),
      startMs: this.#startSlot * SLOT_MS,
      nowMs: this.#planTime.nowMs(),
      parts: isSending ? this.#traffic.partsAt(slot) : null,
      share: this.#share,
      lastFullSecond: this.#secondAt(nowMs) - 1,
      health: this.#health?.read() ?? this.#o.plan.targets.map(unknownHealth),
      workersUp: this.#crew.up,
      workersWanted: Math.min(workers, this.#lanes.length),
      ...cost(),
      pollMs: this.#collector.gauge(GAUGE.pollMs),
      warnings: this.#warnings,
    });
  }

  #state(slot: number): RunState {
    if (this.#isOver) return "stopped";
    if (slot >= this.#shared.endSlot || this.#endedAtMs !== null) {
      return "draining";
    }
    const control = this.#traffic.events.at(slot);
    if (control.firedSlot === null) return "armed";
    if (control.paused) return "paused";
    return control.level < 1 ? "tripped" : "firing";
  }

  #check(action: Action): void {
    const state = this.#state(this.#here().slot);
    const isOpen = state !== "draining" && state !== "stopped";
    const fits = isOpen && (
      (action.kind !== "fire" || state === "armed") &&
      (action.kind !== "pause" || state === "firing" || state === "tripped") &&
      (action.kind !== "resume" || state === "paused")
    );
    if (!fits) {
      throw new KarError("usage", `Cannot ${action.kind}: the run is ${state}`);
    }
  }

  #write(event: Partial<TrafficEvent> & { slot: number; kind: EventKind }) {
    const whole = { value: 0, durationMs: 0, ...event };
    this.#traffic.events.append(whole);
    this.#shared.writeEvent(whole);
  }

  /** Waits until every worker has taken all events. */
  async #confirmed(): Promise<void> {
    const count = this.#shared.eventCount;
    for (let ms = 0; ms < CONFIRM_MS_MAX; ms += CONFIRM_LOOK_MS) {
      if (this.#crew.haveSeen(count)) return;
      await this.#pause(CONFIRM_LOOK_MS);
    }
    this.#warn("A worker did not confirm a change in time");
  }

  #setEnd(slot: number): void {
    const position: Position = {
      slot: slot - 1,
      segment: this.#planTime.timeline.at(this.#world.clock.now()).segment,
    };
    const lastMs = this.#planTime.timeline.startOf(position) + SLOT_MS / 2;
    const lastSecond = Math.floor((lastMs - this.#runStartMs) / 1000);
    this.#shared.setEnd(slot, Math.max(0, lastSecond));
  }

  #here(): Position {
    return this.#planTime.timeline.at(this.#world.clock.now());
  }

  #secondAt(monoMs: number): number {
    const second = Math.floor((monoMs - this.#runStartMs) / 1000);
    return Math.max(0, Math.min(second, this.#shared.lastSecond));
  }

  get #share(): number {
    return this.#lanes.length / LANES;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.clock.after(ms, resolve));
  }

  #logJump({ fromSlot, toSlot }: { fromSlot: number; toSlot: number }): void {
    const sec = Math.abs(toSlot - fromSlot) / SLOTS_PER_SEC;
    const what = toSlot > fromSlot ? "skipped" : "replayed";
    this.#warn(
      `The wall clock jumped: ${sec} s of the plan are ${what} at ${
        iso(fromSlot)
      }`,
    );
  }

  #warn(line: string): void {
    if (this.#warnings.length < WARNINGS_MAX) this.#warnings.push(line);
    this.#log(line);
  }

  #log(line: string): void {
    this.#o.log?.(line);
  }
}

function unknownHealth(): TargetHealth {
  return { healthy: null, removedMs: 0 };
}

function iso(slot: number): string {
  return Temporal.Instant.fromEpochMilliseconds(slot * SLOT_MS).toString();
}

/** The event that an action becomes. */
function eventOf(action: Action): Partial<TrafficEvent> & { kind: EventKind } {
  switch (action.kind) {
    case "fire":
    case "pause":
    case "resume":
      return { kind: action.kind };
    case "spike":
      return {
        kind: "spike",
        value: action.factor,
        durationMs: action.durationMs,
      };
    default:
      return { kind: action.kind, value: action.value ?? NaN };
  }
}

function describe(action: Action): string {
  switch (action.kind) {
    case "spike":
      return `Spike ×${action.factor} for ${action.durationMs} ms`;
    case "fire":
    case "pause":
    case "resume":
      return action.kind[0]!.toUpperCase() + action.kind.slice(1);
    default:
      return `Set ${action.kind} to ${action.value ?? "the plan's value"}`;
  }
}
