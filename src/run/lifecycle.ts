import { type Clock, isoTime, KarError, SLOT_MS } from "../base/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { Shared } from "../worker/mod.ts";
import { checkAction, stateOf } from "./actions.ts";
import type { WorkerPool } from "./worker_pool.ts";
import type { ProofWatch } from "./judging/mod.ts";
import type { RunTotals } from "./run_totals.ts";
import { PlanCursor } from "./plan_cursor.ts";
import { PlanClock } from "./plan_clock.ts";
import type { PlanInForce } from "./plan_in_force.ts";

/** Time between the start of the threads and the first slot, at least. */
const START_MARGIN_MS = 20;
/** So long behind what would be too late to be sent, nothing that is held can be sent any more. */
const RELEASE_MARGIN_MS = 500;
/** Time for counting it as missed. */
const COUNT_MS = 2000;

/** Options of a `Lifecycle`. */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly shared: Shared;
  readonly traffic: Traffic;
  readonly totals: RunTotals;
  readonly proof: ProofWatch;
  readonly inForce: PlanInForce;
  readonly pool: WorkerPool;
  /** Share of the traffic that this run sends. */
  readonly share: number;
  /** Plan time of the first slot, milliseconds since the epoch; null = now. */
  readonly startMs: number | null;
  /** Wall instant of the first slot, milliseconds since the epoch; null = now. */
  readonly atMs: number | null;
  /** Length of the run from the fire, in milliseconds; null = until it is told to end. */
  readonly durationMs: number | null;
  /** No slot begins before this instant of the wall clock; absent = all may. */
  readonly notBeforeMs?: number | undefined;
}

/**
 * How far a run has come: plan time, the walk along the plan, the state, and
 * the end.
 *
 *   armed ─▶ firing ⇄ paused, tripped        each ─▶ draining ─▶ stopped
 */
export class Lifecycle {
  readonly planClock: PlanClock;
  readonly cursor: PlanCursor;
  readonly #o: LifecycleOptions;
  #durationMs: number | null;
  /** The beat from which the duration counts; null = not fired yet. */
  #firedBeat: number | null = null;
  /** Whether slots before the end may have to be made after it. */
  #wasHeld = false;
  /** Monotonic instant at which sending ended; null while it goes on. */
  #endedAtMs: number | null = null;
  #isOver = false;
  #isCutShort = false;
  #isHalted = false;

  /** Starts plan time. */
  constructor(options: LifecycleOptions) {
    const { shared, clock, startMs, atMs, notBeforeMs = 0 } = options;
    this.#o = options;
    this.#durationMs = options.durationMs;
    const marginMs = START_MARGIN_MS;
    this.planClock = new PlanClock(shared, clock, {
      ...{ startMs, atMs, marginMs, notBeforeMs },
    });
    this.cursor = new PlanCursor({ ...options, planClock: this.planClock });
  }

  /** Whether everything is counted and nothing runs any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it was told to end while it was still sending. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** Whether it was told to end at once: slots that were already made are cut. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Whether the current beat is one that is sent. */
  get isSending(): boolean {
    const { planClock } = this;
    return !this.#isOver && !planClock.isWaiting &&
      planClock.beat() < this.#o.shared.endBeat;
  }

  /** Whether sending had ended at the last look. */
  get hasEnded(): boolean {
    return this.#endedAtMs !== null;
  }

  /** Walks on along the plan, up to now or to the end. */
  advance(): void {
    const { endBeat, heldBeat } = this.#o.shared;
    const beat = this.planClock.beat();
    // The first slot may still change, and so may what is held.
    if (!this.planClock.isWaiting) {
      this.cursor.advance(Math.min(beat, endBeat - 1, heldBeat - 1));
    }
    if (beat >= endBeat) this.#endedAtMs ??= this.#o.clock.now();
  }

  /** The state of the run in a beat. */
  state(beat: number): RunState {
    if (this.#isOver) return "stopped";
    if (beat >= this.#o.shared.endBeat || this.hasEnded) return "draining";
    const state = stateOf(this.cursor.control(beat));
    return state === "firing" && this.planClock.isWaiting ? "armed" : state;
  }

  /**
   * Checks that a change makes sense in the state that it will meet.
   *
   * @throws {KarError} `usage` when it does not
   */
  check(action: Parameters<typeof checkAction>[0]): void {
    const { planClock } = this;
    const beat = planClock.soonestBeat();
    if (!planClock.isWaiting) return checkAction(action, this.state(beat));
    if (action.kind === "fire") throw firesByItself(planClock.begunMs);
    // A pause holds from the first slot, which would fire.
    checkAction(action, stateOf(this.cursor.control(beat)));
  }

  /** Whether a leap of plan time was decided that some thread has not applied yet. */
  isLeaping(): boolean {
    const { leapBeat } = this.planClock;
    const isMade = this.cursor.lastBeat >= leapBeat &&
      this.#o.pool.haveMade(leapBeat);
    return leapBeat > 0 && !isMade && !this.#isOver;
  }

  /** If the run has a duration, lets it end so long after a beat. */
  endAfter(beat: number): void {
    this.#firedBeat = beat;
    const endBeat = this.#endOfDuration();
    if (endBeat !== null) this.planClock.endAt(endBeat);
  }

  /** Sets the run's duration, counted from its fire, unless it was told to end. */
  lastFor(durationMs: number): void {
    const before = this.#endOfDuration();
    this.#durationMs = durationMs;
    const after = this.#endOfDuration();
    const isItsEnd = before === this.#o.shared.endBeat;
    if (isItsEnd && after !== null) this.planClock.moveEnd(after);
  }

  #endOfDuration(): number | null {
    if (this.#durationMs === null || this.#firedBeat === null) return null;
    const beats = Math.ceil(this.#durationMs / SLOT_MS);
    return Math.max(0, this.#firedBeat + beats);
  }

  /** Sends nothing new from the instant from which an event would hold. */
  drain(): void {
    this.#isCutShort ||= this.isSending;
    this.planClock.endAt(this.planClock.soonestBeat());
  }

  /** Ends before a beat, or before the first one that certainly no worker has made. */
  endBefore(beat: number): void {
    this.#isCutShort ||= this.isSending;
    this.planClock.endAt(Math.max(beat, this.planClock.unmadeBeat()));
  }

  /** Stops sending from the next beat on. */
  halt(): void {
    this.#isHalted ||= this.isSending;
    this.#isCutShort ||= this.isSending;
    const { isWaiting } = this.planClock;
    const next = isWaiting ? 0 : this.planClock.beat() + 1;
    // Nobody has made what is held, so it is in no count.
    this.planClock.endAt(Math.min(next, this.#o.shared.heldBeat));
  }

  /**
   * Whether open requests have had their time after the end, or have all ended.
   *
   * @param isSettled whether nothing is waiting or in flight
   */
  isDrained(isSettled: () => boolean): boolean {
    if (this.#endedAtMs === null) return false;
    const { clock, inForce, pool, shared } = this.#o;
    const isMade = pool.haveMade(shared.endBeat - 1);
    const sinceMs = clock.now() - this.#endedAtMs;
    const isTimeOver = sinceMs > inForce.plan.shutdownTimeoutMs &&
      this.#hasReleased(sinceMs);
    return isTimeOver || (isMade && isSettled());
  }

  /**
   * What is held to the end, and can never be asked for, is made when all of it
   * is too late to be sent: it is missed, and belongs to the counts.
   *
   * @returns whether there was time for that, where there is any
   */
  #hasReleased(sinceMs: number): boolean {
    const { inForce: { plan }, shared } = this.#o;
    this.#wasHeld ||= shared.heldBeat < shared.endBeat;
    if (!this.#wasHeld) return true;
    const tooLateMs = plan.limits.maxLatenessMs + RELEASE_MARGIN_MS;
    const releaseMs = Math.max(plan.shutdownTimeoutMs, tooLateMs);
    if (sinceMs > releaseMs) this.planClock.holdFrom(Infinity);
    return sinceMs > releaseMs + COUNT_MS;
  }

  /** Marks the run as stopped. */
  close(): void {
    this.#isOver = true;
  }
}

function firesByItself(atMs: number): KarError {
  return new KarError(
    "usage",
    `Cannot fire: the run begins by itself at ${isoTime(atMs)}`,
  );
}
