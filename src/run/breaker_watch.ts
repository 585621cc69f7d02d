import {
  type Clock,
  expand,
  isoTime,
  messageOf,
  SLOTS_PER_SEC,
} from "../base/mod.ts";
import {
  type BreakerChange,
  type BreakerState,
  CLOSED,
  type Ends,
  forgetEnds,
  levelOf,
  nextState,
  NO_ENDS,
} from "../health/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { Shared } from "../worker/mod.ts";
import {
  type BreakerDeeds,
  BreakerRecord,
  type SavedBreaker,
} from "./breaker_record.ts";
import type { EventWriter } from "./event_writer.ts";
import type { RunTotals } from "./run_totals.ts";
import { BEATS_AHEAD, type PlanClock } from "./plan_clock.ts";
import type { PlanInForce } from "./plan_in_force.ts";
import type { BreakerHook } from "./deps.ts";
import { readEnds, readOpen } from "./target_ends.ts";

type Transition = BreakerChange["transition"];

const WORDS: Readonly<Record<Transition, string>> = {
  open: "has tripped, nothing is sent",
  "half-open": "lets probes through",
  close: "is closed, all traffic is sent",
};

/** Slots whose rate is in force until the next look can change it. */
const SLOTS_AHEAD = SLOTS_PER_SEC + BEATS_AHEAD;

/** Options of a `BreakerWatch`. */
export interface BreakerWatchOptions {
  readonly clock: Clock;
  readonly shared: Shared;
  readonly planClock: PlanClock;
  readonly totals: RunTotals;
  readonly inForce: PlanInForce;
  readonly traffic: Traffic;
  readonly events: EventWriter;
  /** Share of the traffic that this run sends. */
  readonly share: number;
  readonly warn: (line: string) => void;
  /** Logs a line that the report need not keep: it counts trips itself. */
  readonly alarm: (line: string) => void;
  /** The history of the run that this one continues. */
  readonly saved?: SavedBreaker | undefined;
  /** Null = changes are not posted. */
  readonly hook: BreakerHook | null;
}

/**
 * Feeds the circuit breaker with what the run counts, and turns its decisions
 * into `level` events.
 *
 * Once a second the level that the events have reached is compared with the
 * breaker's: an event that could not be written is written a second later.
 */
export class BreakerWatch {
  readonly #o: BreakerWatchOptions;
  readonly #record: BreakerRecord;
  #state: BreakerState;
  /** The totals of the last look, and the rules by which they were judged; null = none. */
  #seen: { readonly rules: string; readonly ends: Ends } | null = null;
  #isWriting = false;

  constructor(options: BreakerWatchOptions) {
    this.#o = options;
    this.#state = beginning(options);
    this.#record = new BreakerRecord(options.clock, {
      deeds: options.saved,
      isHolding: this.#state.kind !== "closed",
    });
    if (this.#plan.safety) this.#readSecond();
  }

  /** Trips and time held so far. */
  read(): BreakerDeeds {
    return this.#record.read();
  }

  /** How often it tripped in this process. */
  get ownTrips(): number {
    return this.#record.ownTrips;
  }

  /** The state that a successor of this run continues. */
  save(): SavedBreaker {
    const { clock, shared, planClock } = this.#o;
    const silentMs = shared.retryAtMs - clock.now();
    return {
      ...this.read(),
      isHolding: this.#state.kind !== "closed",
      silentUntilMs: silentMs > 0 ? planClock.nowMs() + silentMs : 0,
    };
  }

  /** Starts over: something other than the breaker lets the traffic flow again. */
  reset(reason: string): void {
    if (this.#state.kind !== "closed") this.#tell("close", reason);
    this.#state = CLOSED;
  }

  /**
   * Trips for a reason that is not its own.
   *
   * @returns false where it is tripped already, or there is no breaker
   */
  trip(reason: string): boolean {
    if (!this.#plan.safety || this.#state.kind !== "closed") return false;
    this.#enter({ kind: "tripped", sinceMs: this.#o.clock.now(), reason });
    return true;
  }

  /** Looks at the last second; meant for once a second, after the counters were read. */
  look(): void {
    const { safety } = this.#plan;
    if (safety) this.#judge(safety);
    else {
      this.#seen = null;
      this.reset("the plan has no circuit breaker any more");
    }
    this.#follow();
  }

  /** Stops posting. */
  close(): void {
    this.#o.hook?.close();
  }

  get #plan(): Plan {
    return this.#o.inForce.plan;
  }

  #judge(safety: NonNullable<Plan["safety"]>): void {
    const { clock, shared, planClock, traffic } = this.#o;
    const second = this.#readSecond();
    const { slot } = planClock.timeline.at(planClock.beat());
    const { paused, firedSlot } = traffic.events.at(slot);
    // When an operator has paused the traffic, the counts say nothing about the target.
    if (paused || firedSlot === null) return;
    this.#enter(nextState(this.#state, {
      ...second,
      nowMs: clock.now(),
      fullRate: this.#fullRateFrom(slot),
      open: readOpen(this.#o.totals),
      retryAtMs: shared.retryAtMs,
    }, safety));
  }

  /** The highest rate until events of the next look hold. */
  #fullRateFrom(slot: number): number {
    const { traffic, share } = this.#o;
    let highest = 0;
    for (let i = 0; i <= SLOTS_AHEAD; i++) {
      highest = Math.max(highest, traffic.fullRateAt(slot + i));
    }
    return highest * share;
  }

  /** Requests that ended since the last look. */
  #readSecond(): Ends {
    const rules = rulesOf(this.#plan);
    const before = this.#seen?.rules === rules ? this.#seen.ends : null;
    const seen = readEnds(this.#o.totals, this.#plan);
    this.#seen = { rules, ends: seen };
    if (before === null) {
      // The rules have changed, so earlier counts of slow and failed requests
      // cannot be compared.
      this.#state = forgetEnds(this.#state);
      return NO_ENDS;
    }
    return {
      requests: seen.requests - before.requests,
      failures: seen.failures - before.failures,
      timed: seen.timed - before.timed,
      slow: seen.slow - before.slow,
    };
  }

  #enter(next: BreakerState): void {
    const before = this.#state;
    this.#state = next;
    if (next.kind === before.kind) return;
    switch (next.kind) {
      case "closed":
        return this.#tell("close", "the target answers well again");
      case "tripped":
        return this.#tell("open", next.reason);
      case "recovering":
        return this.#tell("half-open", "the backoff is over");
    }
  }

  #tell(transition: Transition, reason: string): void {
    if (transition === "open") this.#record.tripped(reason);
    if (transition === "close") this.#record.closed();
    const { planClock, totals, inForce, alarm, hook } = this.#o;
    const at = isoTime(planClock.nowMs());
    alarm(`${at}: the circuit breaker ${WORDS[transition]}: ${reason}`);
    const url = this.#plan.safety?.webhook;
    if (!url) return;
    const change = { transition, reason, at, run: totals.runId };
    hook?.post(expand(url, inForce.variables), change);
  }

  /** Brings the events to the breaker's level. */
  #follow(): void {
    const { traffic } = this.#o;
    const level = levelOf(this.#state);
    if (this.#isWriting || traffic.events.at(Infinity).level === level) return;
    void this.#write(level);
  }

  async #write(value: number): Promise<void> {
    this.#isWriting = true;
    try {
      const what = `Circuit breaker: ${Math.round(1000 * value) / 10} %`;
      await this.#o.events.date({ kind: "level", value }, { what });
    } catch (error) {
      this.#o.warn(`The circuit breaker cannot act: ${messageOf(error)}`);
    } finally {
      this.#isWriting = false;
    }
  }
}

/** The rules for which requests failed and which were slow; see `readEnds`. */
function rulesOf({ safety, targets }: Plan): string {
  const judged = targets.map(({ ok, protocol }) => [ok, protocol]);
  return JSON.stringify([safety?.p95AboveMs, judged]);
}

/** Keeps holding traffic back where the predecessor did: the target may still be failing. */
function beginning(
  { clock, shared, planClock, inForce, saved }: BreakerWatchOptions,
): BreakerState {
  if (!saved?.isHolding || !inForce.plan.safety) return CLOSED;
  const nowMs = clock.now();
  const silentMs = saved.silentUntilMs - planClock.nowMs();
  if (silentMs > 0) shared.askBackoff(nowMs + silentMs);
  return { kind: "tripped", sinceMs: nowMs, reason: saved.reason ?? "" };
}
