import type { PlanSources } from "../transport/mod.ts";
import { type Cancel, SLOT_MS, SLOTS_PER_SEC } from "../base/mod.ts";
import {
  disturbanceOf,
  type Explanation,
  type Forecast,
  type ForecastSpan,
  forecastTraffic,
} from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import { describe, eventOf, whole } from "./actions.ts";
import { healthOf, noiseOf, type RunDeps } from "./deps.ts";
import { type RunParts, startParts } from "./run_parts.ts";
import { BEATS_AHEAD, describeLeap } from "./plan_clock.ts";
import { type SavedRank, saveRank, saveRun } from "./saved/mod.ts";
import { RunSteering } from "./steering.ts";
import type {
  Action,
  Measured,
  RunOptions,
  SavedRun,
  SteeredRun,
} from "./types.ts";
import { forecastOf, type Moment } from "./compose_snapshot.ts";

/** Time between two looks at the counters. */
const TICK_MS = 100;
/** Every so many looks, it looks at clocks and workers, too. */
const TICKS_PER_SEC = 10;

/** One run. See `Run` for what may be asked of it. */
export class EngineRun implements SteeredRun {
  readonly #parts: RunParts;
  readonly #finished = Promise.withResolvers<Snapshot>();
  #ticks = 0;
  #cancelTick: Cancel = () => {};
  /** The result of the last look, so that a snapshot and `measured` agree. */
  #cachedMoment: Moment | null = null;
  #cached: Snapshot | null = null;
  readonly steering: RunSteering;

  private constructor(parts: RunParts) {
    this.#parts = parts;
    this.steering = new RunSteering({ parts, changed: () => this.#forget() });
    this.#nextTick();
  }

  /**
   * Starts the threads, lets plan time begin, and fires unless `armed`.
   *
   * @throws {KarError} when a worker cannot be made, or a saved state cannot be used
   */
  static async start(options: RunOptions, deps: RunDeps): Promise<EngineRun> {
    return new EngineRun(await startParts(options, deps));
  }

  get runId(): string {
    return this.#parts.deps.runId;
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  snapshot(): Snapshot {
    this.#cached ??= this.#compose();
    return this.#cached;
  }

  measured(): Measured {
    const { totals, inForce, lifecycle, traffic, proof } = this.#parts;
    const { timeline } = lifecycle.planClock;
    return {
      totals: totals.save(inForce.plan),
      former: totals.former,
      moment: this.#moment(),
      seconds: totals.steps.lastSeconds().map((row) => {
        const { slot } = timeline.at(row.second * SLOTS_PER_SEC);
        return { ...row, t: Math.floor(slot / SLOTS_PER_SEC) };
      }),
      samples: totals.reasons.samples.list,
      changes: traffic.events.history().changes,
      plans: inForce.held,
      law: proof.law(),
    };
  }

  warn(line: string): void {
    this.#parts.notes.warn(line);
    this.#forget();
  }

  forecast(span: ForecastSpan): Forecast {
    return forecastOf(
      forecastTraffic(this.#parts.traffic, span),
      this.#parts.share,
    );
  }

  explain(atMs?: number): Explanation {
    return this.#parts.lifecycle.cursor.explain(atMs);
  }

  async apply(action: Action): Promise<number> {
    await this.#parts.events.settled();
    this.#parts.lifecycle.check(action);
    if (action.kind === "resume") {
      this.#parts.breaker.reset("an operator resumed");
    }
    const asked = whole(action, this.#parts.inForce.plan.pattern);
    const heldMs = await this.#parts.events.date(eventOf(asked), {
      what: describe(asked),
      ...(action.kind === "fire" && {
        dated: (beat) => this.#parts.lifecycle.endAfter(beat),
      }),
    });
    // A change is visible in the next snapshot.
    this.#forget();
    return heldMs;
  }

  reload(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<number> {
    return this.#parts.reloads.take(plan, variables, sources);
  }

  save(): SavedRun {
    const { plan } = this.#parts.inForce;
    return saveRun({
      rank: this.#savedRank(),
      planId: plan.planId,
      nowMs: this.#parts.lifecycle.planClock.nowMs(),
      history: this.#parts.traffic.history(),
      totals: this.#parts.totals.save(plan),
      breaker: this.#parts.breaker.save(),
      verdict: this.#parts.thresholds.save(),
    });
  }

  #savedRank(): SavedRank | null {
    const { shared, lifecycle: { planClock } } = this.#parts;
    const { timeline, endMs } = planClock;
    const known = shared.rankBefore(planClock.beat() + BEATS_AHEAD);
    if (known === null) return null;
    const { slot } = timeline.at(known.beat);
    const endSlot = endMs === null ? Infinity : endMs / SLOT_MS;
    return saveRank({ rank: known.rank, slot }, endSlot);
  }

  drain(): void {
    if (this.#parts.lifecycle.isOver) return;
    this.#parts.lifecycle.drain();
    this.#forget();
  }

  stop(): void {
    if (this.#parts.lifecycle.isOver) return;
    this.#parts.lifecycle.halt();
    this.#forget();
    void this.#finish();
  }

  /** Once every 100 ms: sums, plan, end. */
  #tick(): void {
    if (this.#parts.lifecycle.isOver) return;
    const isSecond = ++this.#ticks % TICKS_PER_SEC === 0;
    this.#parts.lifecycle.advance();
    this.steering.note();
    this.#parts.totals.read();
    if (isSecond) this.#lookAround();
    this.#forget();
    if (this.#parts.lifecycle.isDrained(() => this.#isSettled())) {
      void this.#finish();
    } else this.#nextTick();
  }

  #nextTick(): void {
    this.#cancelTick = this.#parts.deps.clock.after(
      TICK_MS,
      () => this.#tick(),
    );
  }

  #lookAround(): void {
    this.#parts.totals.closeWindow();
    const { planClock, cursor, hasEnded } = this.#parts.lifecycle;
    const leap = planClock.followWall();
    if (leap !== null) this.#parts.notes.warn(describeLeap(leap));
    this.#parts.proof.look();
    // Before the breaker, which a threshold may trip.
    this.#judge();
    if (hasEnded) return;
    this.#parts.pool.check(cursor.lastBeat);
    this.#parts.breaker.look();
  }

  /** Holds the last second against the thresholds; the one that may be under way only at the end. */
  #judge({ isOver = false } = {}): void {
    const { lifecycle: { planClock, cursor }, thresholds } = this.#parts;
    const beat = cursor.lastBeat;
    const second = (beat + 1) / SLOTS_PER_SEC;
    const { firedSlot, paused } = cursor.control(beat);
    const isIdle = planClock.isWaiting || firedSlot === null || paused;
    const parts = cursor.partsAt(beat);
    const { phase, scenarioIndex } = parts;
    const { scenarios: all = [] } = this.#parts.inForce.plan.pattern;
    const scenarios = all.map(({ name }) => name);
    const scenario = scenarios[scenarioIndex] ?? null;
    const atMs = planClock.nowMs();
    const { law, counts, lag } = this.#parts.proof.read();
    const proofs = { law: law.result, counts: counts.result, lag: lag.result };
    const spike = disturbanceOf(parts);
    const at = { atMs, phase, scenario, scenarios, second };
    const where = { ...at, proofs, isIdle, spike };
    if (isOver) thresholds.end(where);
    else thresholds.look(where);
  }

  #isSettled(): boolean {
    const { waiting, inFlight } = this.#compose();
    return waiting === 0 && inFlight === 0;
  }

  async #finish(): Promise<void> {
    if (this.#parts.lifecycle.isOver) return;
    this.#parts.lifecycle.close();
    this.#cancelTick();
    this.#parts.health.stop();
    this.#parts.deps.setup?.stop();
    this.#parts.breaker.close();
    await this.#parts.pool.close(this.#parts.shared.endBeat);
    this.#parts.deps.close?.();
    this.steering.note();
    this.#parts.totals.read();
    this.#parts.totals.closeWindow();
    this.#parts.proof.end(this.#parts.lifecycle.isHalted);
    this.#judge({ isOver: true });
    this.#parts.notes.log("Stopped");
    this.#forget();
    this.#cached = this.#compose();
    this.#finished.resolve(this.#cached);
  }

  #compose(): Snapshot {
    return this.#parts.totals.compose(this.#moment());
  }

  #forget(): void {
    this.#cached = null;
    this.#cachedMoment = null;
  }

  #moment(): Moment {
    this.#cachedMoment ??= this.#momentNow();
    return this.#cachedMoment;
  }

  #momentNow(): Moment {
    const { deps, inForce } = this.#parts;
    const { plan } = inForce;
    const { planClock, cursor, isSending } = this.#parts.lifecycle;
    // At the last reading, like all counts.
    const beat = cursor.lastBeat;
    return {
      plan,
      state: this.#parts.lifecycle.state(beat),
      startMs: planClock.startSlot * SLOT_MS,
      begunMs: planClock.begunMs,
      nowMs: planClock.nowMs(),
      endMs: planClock.endMs,
      parts: isSending ? cursor.partsAt(beat) : null,
      control: this.#parts.traffic.events.at(Infinity),
      share: this.#parts.share,
      isCutShort: this.#parts.lifecycle.isCutShort,
      lastFullSecond: planClock.second() - 1,
      health: healthOf(this.#parts.health, plan),
      workersUp: this.#parts.pool.up,
      workersWanted: this.#parts.pool.size,
      ...deps.cost(),
      ...noiseOf(deps),
      pollMs: this.#parts.totals.pollMs,
      pacing: this.#parts.pacing,
      warnings: this.#parts.notes.warnings,
      breaker: {
        ...this.#parts.breaker.read(),
        level: cursor.control(beat).level,
      },
      verdict: this.#parts.thresholds.read(),
      proof: this.#parts.proof.read(),
      recovery: this.#parts.thresholds.recovery(),
      ownTrips: this.#parts.breaker.ownTrips,
    };
  }
}
