import type { Clock } from "../base/mod.ts";
import {
  type JourneyDispatch,
  Journeys,
  type SetupValues,
} from "../journey/mod.ts";
import {
  JOURNEY_LIMITS,
  type Limits,
  type PickedPacing,
  RUN_TARGETS_MAX,
} from "../plan/mod.ts";
import { badVariable } from "../request/mod.ts";
import type { MissedReason, ProofWriter, Recorder } from "../stats/mod.ts";
import {
  blankExchange,
  clearTimes,
  type Client,
  type Exchange,
  type OpenTarget,
  type Outcome,
} from "../transport/mod.ts";
import type { Due, OpenPlan } from "./due.ts";
import { Pacer } from "./pacing/mod.ts";
import type { FailedExchange } from "./reason_notes.ts";
import type { SampleNotes } from "./samples/mod.ts";
import type { Shared } from "./shared.ts";

/**
 * Requests that are sent before input and output get their turn. After the
 * start the dispatcher is behind and each pass is full; with 64, connections
 * and answers would wait four times as long, and more connections would be
 * opened meanwhile.
 */
const BATCH_MAX = 16;

/** Options of a `Dispatcher`. */
export interface DispatcherOptions {
  readonly clock: Clock;
  readonly pacing: PickedPacing;
  readonly shared: Shared;
  readonly recorder: Recorder;
  readonly proof: ProofWriter;
  readonly due: Due;
  /** Called for each failed request, with the reason. */
  readonly failed: (
    exchange: FailedExchange,
    outcome: Outcome,
  ) => void;
  /** Keeps single requests as examples. */
  readonly samples: SampleNotes;
  /** What is the same for every arrival. */
  readonly setup: SetupValues;
  /** Second of the run at a monotonic instant. */
  readonly secondAt: (monoMs: number) => number;
}

/**
 * Sends each request at its instant and never waits for an answer. What it
 * cannot send is missed, with the reason. Each worker has one.
 */
export class Dispatcher implements JourneyDispatch {
  readonly #o: DispatcherOptions;
  readonly #pacer: Pacer;
  /** Journeys under way, with their next steps. */
  readonly #journeys: Journeys;
  /** Exchanges to use again; never more than were under way at once. */
  readonly #free: Exchange[] = [];
  #open = 0;
  /** The rules of the plan that was last sent. */
  #limits: Pick<Limits, "inFlight"> = { inFlight: Infinity };
  #isHalted = false;
  #isDead = false;
  /** The instant that is waited for; −Infinity = it looks again at once. */
  #aimMs = -Infinity;

  constructor(options: DispatcherOptions) {
    this.#o = options;
    this.#pacer = new Pacer(options.clock, options.pacing, {
      due: () => this.#pass(),
      polled: (ms) => options.recorder.polled(ms),
    });
    this.#journeys = new Journeys({
      ...options,
      dispatch: this,
      enter: (limit) => options.shared.enterJourney(limit),
      leave: () => options.shared.leaveJourneys(1),
    });
  }

  /** Requests under way in this worker. */
  get open(): number {
    return this.#open;
  }

  /** Begins to send. */
  start(): void {
    this.#pass();
  }

  /** Stops sending: what is due already is missed as `stopped`. */
  halt(): void {
    this.#isHalted = true;
    this.#pacer.stop();
    const { due } = this.#o;
    const nowMs = this.#o.clock.now();
    while (due.hasNext) {
      const exchange = this.blank();
      due.take(exchange);
      this.#miss(exchange, "stopped", nowMs);
    }
    this.#journeys.halt();
  }

  /** Stops as a thread that dies: nothing is counted from now on. */
  kill(): void {
    this.#isHalted = true;
    this.#isDead = true;
    this.#pacer.stop();
  }

  /** Takes an exchange back from its client, with its outcome. */
  done(exchange: Exchange, outcome: Outcome): void {
    if (this.#isDead) return;
    const { recorder, shared, failed, samples } = this.#o;
    const { kept } = exchange;
    const nowMs = this.#o.clock.now();
    this.#open--;
    shared.leave(1);
    if (exchange.journey !== null) {
      const judged = this.#journeys.judge(exchange, outcome);
      const isOk = recorder.stepDone(exchange, judged, nowMs);
      if (!isOk) failed(exchange, judged);
      if (!isOk) samples.failed(exchange, judged, nowMs);
      if (nowMs - exchange.intendedMs > samples.slowMs) {
        samples.slow(exchange, judged, nowMs);
      }
      this.#journeys.done(exchange, judged, isOk);
    } else {
      const at = { nowMs, second: this.#o.secondAt(nowMs) };
      const isOk = recorder.done(exchange, outcome, at);
      if (!isOk) failed(exchange, outcome);
      if (!isOk) samples.failed(exchange, outcome, nowMs);
      if (nowMs - exchange.intendedMs > samples.slowMs) {
        samples.slow(exchange, outcome, nowMs);
      }
    }
    if (kept !== null) samples.giveBack(kept);
    this.#free.push(exchange);
  }

  blank(): Exchange {
    const exchange = this.#free.pop();
    if (exchange === undefined) return blankExchange();
    clearTimes(exchange);
    return exchange;
  }

  free(exchange: Exchange): void {
    this.#free.push(exchange);
  }

  send(exchange: Exchange, client: Client, nowMs: number): MissedReason | null {
    const { shared } = this.#o;
    if (!shared.enter(this.#limits.inFlight)) return "in_flight_limit";
    exchange.sentMs = nowMs;
    if (!client.send(exchange)) {
      shared.leave(1);
      return "no_connection";
    }
    this.#open++;
    return null;
  }

  wakeBy(atMs: number): void {
    if (atMs >= this.#aimMs || this.#isHalted) return;
    this.#pacer.stop();
    this.#aimMs = -Infinity;
    this.#pacer.turn();
  }

  #pass(): void {
    if (this.#isHalted) return;
    const { clock, due } = this.#o;
    this.#aimMs = -Infinity;
    let nowMs = clock.now();
    for (let i = 0; i < BATCH_MAX; i++) {
      const stepMs = this.#journeys.nextMs;
      const atMs = due.nextMs(nowMs);
      if (stepMs <= nowMs && stepMs <= atMs) this.#journeys.run(nowMs);
      else if (atMs <= nowMs) this.#dispatch(nowMs);
      else if (!this.#waitFor(nowMs, Math.min(stepMs, atMs), stepMs < atMs)) {
        return;
      }
      nowMs = clock.now();
    }
    this.#pacer.turn();
  }

  /**
   * @returns whether to look again at once; otherwise the next pass is arranged
   */
  #waitFor(nowMs: number, atMs: number, isStep: boolean): boolean {
    this.#aimMs = atMs;
    if (isStep || this.#o.due.hasNext) return this.#pacer.wait(nowMs, atMs);
    // The next slot is made with milliseconds to spare.
    if (atMs !== Infinity) this.#pacer.rest(nowMs, atMs);
    return false;
  }

  #dispatch(nowMs: number): void {
    const { recorder, proof, due } = this.#o;
    const exchange = this.blank();
    const plan = due.take(exchange);
    exchange.vars = this.#o.setup.at(exchange.slot);
    this.#limits = plan.limits;
    const reason = this.#reasonAgainst(exchange, plan, nowMs);
    if (reason !== null) return this.#miss(exchange, reason, nowMs);
    if (exchange.target >= RUN_TARGETS_MAX) {
      return this.#startJourney(exchange, plan, nowMs);
    }
    const { client, uses } = plan.targets[exchange.target]!;
    if (!canSend(uses, exchange)) {
      return this.#miss(exchange, "bad_value", nowMs);
    }
    const unsent = this.send(exchange, client, nowMs);
    if (unsent !== null) return this.#miss(exchange, unsent, nowMs);
    recorder.sent(exchange, this.#o.secondAt(nowMs));
    proof.sent(exchange);
  }

  #startJourney(exchange: Exchange, plan: OpenPlan, nowMs: number): void {
    const journey = plan.journeys[exchange.target - RUN_TARGETS_MAX]!;
    if (journey.script !== null) {
      return this.#startScript(exchange, plan, nowMs);
    }
    const { journeys: most = JOURNEY_LIMITS.journeys } = plan.limits;
    if (!this.#journeys.begin(exchange, journey, most)) {
      return this.#miss(exchange, "journey_limit", nowMs);
    }
    const { client, uses } = plan.targets[exchange.target]!;
    const unsent = canSend(uses, exchange)
      ? this.send(exchange, client, nowMs)
      : "bad_value";
    if (unsent === null) {
      this.#o.proof.sent(exchange);
      return this.#journeys.started(exchange);
    }
    this.#journeys.drop(exchange);
    this.#miss(exchange, unsent, nowMs);
  }

  /** The journey counts as sent when its script has it: what follows are its steps. */
  #startScript(exchange: Exchange, plan: OpenPlan, nowMs: number): void {
    const journey = plan.journeys[exchange.target - RUN_TARGETS_MAX]!;
    const { journeys: most = JOURNEY_LIMITS.journeys } = plan.limits;
    exchange.sentMs = nowMs;
    if (!this.#journeys.hand(exchange, journey, most)) {
      return this.#miss(exchange, "journey_limit", nowMs);
    }
    this.#o.proof.sent(exchange);
    this.#free.push(exchange);
  }

  #reasonAgainst(
    { intendedMs, target, rank }: Exchange,
    plan: OpenPlan,
    nowMs: number,
  ): MissedReason | null {
    if (nowMs - intendedMs > plan.limits.maxLatenessMs) return "late";
    // NaN (nobody has counted) is beyond no rank.
    if (rank >= endRankOf(plan, target)) return "no_data";
    return this.#o.shared.isRemoved(target) ? "unhealthy" : null;
  }

  #miss(exchange: Exchange, reason: MissedReason, nowMs: number): void {
    this.#o.recorder.missed(exchange, reason, this.#o.secondAt(nowMs));
    this.#o.proof.missed(exchange, nowMs);
    this.#free.push(exchange);
  }
}

/** Whether every value of the setup that a request uses is allowed at its place. */
function canSend(uses: OpenTarget["uses"], { vars }: Exchange): boolean {
  return uses.length === 0 || badVariable(uses, vars ?? []) === null;
}

/** The rank of the first arrival for which a target, or a step of a journey, has no row. */
function endRankOf({ targets, journeys }: OpenPlan, target: number): number {
  return target < RUN_TARGETS_MAX
    ? targets[target]!.endRank
    : journeys[target - RUN_TARGETS_MAX]!.endRank;
}
