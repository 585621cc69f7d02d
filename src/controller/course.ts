import { type Clock, SLOT_MS } from "../base/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { RunState } from "../stats/mod.ts";
import type { Shared } from "../worker/mod.ts";
import { checkAction, stateOf } from "./actions.ts";
import type { Crew } from "./crew.ts";
import type { Ledger } from "./ledger.ts";
import { PlanLine } from "./plan_line.ts";
import { BEATS_AHEAD, PlanTime } from "./plan_time.ts";

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

  /** Lets plan time begin. */
  constructor(options: CourseOptions) {
    const { shared, clock, startMs } = options;
    this.#o = options;
    const marginMs = START_MARGIN_MS;
    this.planTime = new PlanTime(shared, clock, { startMs, marginMs });
    this.line = new PlanLine({ ...options, planTime: this.planTime });
  }

  /** Whether everything is counted and nothing runs any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the current beat is one to send. */
  get isSending(): boolean {
    return !this.#isOver && this.planTime.beat() < this.#o.shared.endBeat;
  }

  /** Whether sending had ended at the last look. */
  get hasEnded(): boolean {
    return this.#endedAtMs !== null;
  }

  /** Walks on along the plan, up to now or to the end. */
  advance(): void {
    const { endBeat } = this.#o.shared;
    const beat = this.planTime.beat();
    this.line.advance(Math.min(beat, endBeat - 1));
    if (beat >= endBeat) this.#endedAtMs ??= this.#o.clock.now();
  }

  /** What the run is doing in a beat. */
  state(beat: number): RunState {
    if (this.#isOver) return "stopped";
    if (beat >= this.#o.shared.endBeat || this.hasEnded) return "draining";
    return stateOf(this.line.control(beat));
  }

  /**
   * Checks that a change makes sense in the state that it will meet.
   *
   * @throws {KarError} `usage` when it does not
   */
  check(action: Parameters<typeof checkAction>[0]): void {
    checkAction(action, this.state(this.planTime.beat() + BEATS_AHEAD));
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
    this.planTime.endAt(this.planTime.beat() + BEATS_AHEAD);
  }

  /** Sends nothing new from the next beat on. */
  halt(): void {
    this.planTime.endAt(this.planTime.beat() + 1);
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
