import { type Clock, isoTime, KarError, SLOT_MS } from "../base/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { Shared } from "../worker/mod.ts";
import { checkAction, stateOf } from "./actions.ts";
import type { Crew } from "./crew.ts";
import type { Ledger } from "./ledger.ts";
import { PlanLine } from "./plan_line.ts";
import { PlanTime } from "./plan_time.ts";

/** Time between the start of the threads and the first slot, at least. */
const START_MARGIN_MS = 20;

/** What a course needs. */
export interface CourseOptions {
  readonly clock: Clock;
  readonly shared: Shared;
  readonly traffic: Traffic;
  readonly ledger: Ledger;
  readonly crew: Crew;
  /** Share of the traffic that this run sends. */
  readonly share: number;
  /** Plan time of the first slot, milliseconds since the epoch; null = now. */
  readonly startMs: number | null;
  /** Wall instant of the first slot, milliseconds since the epoch; null = now. */
  readonly atMs: number | null;
  /** Length of the run from the fire, in milliseconds; null = until it is told to end. */
  readonly durationMs: number | null;
}

/**
 * How far a run has come: plan time, the walk along the plan, the state, and
 * the end.
 *
 *   armed ─▶ firing ⇄ paused, tripped        each ─▶ draining ─▶ stopped
 */
export class Course {
  readonly planTime: PlanTime;
  readonly line: PlanLine;
  readonly #o: CourseOptions;
  /** Monotonic instant at which sending ended; null while it goes on. */
  #endedAtMs: number | null = null;
  #isOver = false;
  #isCutShort = false;

  /** Lets plan time begin. */
  constructor(options: CourseOptions) {
    const { shared, clock, startMs, atMs } = options;
    this.#o = options;
    const marginMs = START_MARGIN_MS;
    this.planTime = new PlanTime(shared, clock, { startMs, atMs, marginMs });
    this.line = new PlanLine({ ...options, planTime: this.planTime });
  }

  /** Whether everything is counted and nothing runs any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it was told to end while it was still sending. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** Whether the current beat is one to send. */
  get isSending(): boolean {
    const { planTime } = this;
    return !this.#isOver && !planTime.isWaiting &&
      planTime.beat() < this.#o.shared.endBeat;
  }

  /** Whether sending had ended at the last look. */
  get hasEnded(): boolean {
    return this.#endedAtMs !== null;
  }

  /** Walks on along the plan, up to now or to the end. */
  advance(): void {
    const { endBeat } = this.#o.shared;
    const beat = this.planTime.beat();
    // The first slot may still change.
    if (!this.planTime.isWaiting) {
      this.line.advance(Math.min(beat, endBeat - 1));
    }
    if (beat >= endBeat) this.#endedAtMs ??= this.#o.clock.now();
  }

  /** What the run is doing in a beat. */
  state(beat: number): RunState {
    if (this.#isOver) return "stopped";
    if (beat >= this.#o.shared.endBeat || this.hasEnded) return "draining";
    const state = stateOf(this.line.control(beat));
    return state === "firing" && this.planTime.isWaiting ? "armed" : state;
  }

  /**
   * Checks that a change makes sense in the state that it will meet.
   *
   * @throws {KarError} `usage` when it does not
   */
  check(action: Parameters<typeof checkAction>[0]): void {
    const { planTime } = this;
    const beat = planTime.soonestBeat();
    if (!planTime.isWaiting) return checkAction(action, this.state(beat));
    if (action.kind === "fire") throw firesByItself(planTime.begunMs);
    // A pause holds from the first slot on, which would fire.
    checkAction(action, stateOf(this.line.control(beat)));
  }

  /** Whether a leap of plan time was decided that not every thread has made. */
  isLeaping(): boolean {
    const { leapBeat } = this.planTime;
    const isMade = this.line.lastBeat >= leapBeat &&
      this.#o.crew.haveMade(leapBeat);
    return leapBeat > 0 && !isMade && !this.#isOver;
  }

  /** Lets the run end its duration after a beat, if it has one. */
  endAfter(beat: number): void {
    const { durationMs } = this.#o;
    if (durationMs === null) return;
    this.planTime.endAt(beat + Math.ceil(durationMs / SLOT_MS));
  }

  /** Sends nothing new from the instant that an event would hold from. */
  drain(): void {
    this.#isCutShort ||= this.isSending;
    this.planTime.endAt(this.planTime.soonestBeat());
  }

  /** Sends nothing new from the next beat on. */
  halt(): void {
    this.#isCutShort ||= this.isSending;
    this.planTime.endAt(this.planTime.isWaiting ? 0 : this.planTime.beat() + 1);
  }

  /**
   * Whether open requests have had their time after the end, or have all
   * ended.
   *
   * @param isSettled whether nothing is waiting or in flight
   */
  isDrained(isSettled: () => boolean): boolean {
    if (this.#endedAtMs === null) return false;
    const { clock, ledger, crew } = this.#o;
    const sinceMs = clock.now() - this.#endedAtMs;
    if (sinceMs > ledger.plan.shutdownTimeoutMs) return true;
    return crew.haveMade(this.line.lastBeat) && isSettled();
  }

  /** Nothing happens any more. */
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
