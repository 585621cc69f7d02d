import { type Clock, formatDuration } from "../base/mod.ts";
import { JOURNEY_REQUESTS_MAX } from "../plan/mod.ts";
import { badVariable } from "../request/mod.ts";
import type { Recorder } from "../stats/mod.ts";
import {
  type Exchange,
  failure,
  type FailureKind,
  type Outcome,
} from "../transport/mod.ts";
import { Agenda } from "./agenda.ts";
import { timesOf } from "./draws.ts";
import { nextRequest } from "./steps/next_request.ts";
import { OpenJourney } from "./open_journey.ts";
import type { OpenJourneyPlan } from "./open_plan.ts";
import type { JourneyDispatch } from "./steps/dispatch.ts";
import { fill, takeCookies } from "./steps/request_of.ts";
import { ScriptedJourneys } from "./steps/scripted.ts";

/** Why a request failed that had time left, when its journey had none. */
const OF_JOURNEY = "its journey had not come to its end within its timeout";

/** Options of `Journeys`. */
export interface JourneysOptions {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly dispatch: JourneyDispatch;
  /** Takes a place among the open journeys of all workers; false = all are taken. */
  readonly enter: (limit: number) => boolean;
  readonly leave: () => void;
  /** Called with the reason when a journey, or a request of one, has failed. */
  readonly failed: (
    at: Pick<Exchange, "target" | "firstByteMs">,
    outcome: Outcome,
  ) => void;
  readonly secondAt: (monoMs: number) => number;
}

/**
 * The open journeys of a worker. Declared ones are interpreted without a
 * promise: after each answer the next request is known. It is due at once, or
 * after some time of thinking, or there is none.
 *
 *   arrival ─▶ step ─(answer)─▶ think ─▶ step ─▶ … ─▶ end
 *                └─ failed ───────────────────────────▶ end
 */
export class Journeys {
  readonly #o: JourneysOptions;
  readonly #agenda = new Agenda<OpenJourney>();
  /** Journeys to use again; never more than were open at once. */
  readonly #free: OpenJourney[] = [];
  readonly #scripted: ScriptedJourneys;
  #isHalted = false;

  constructor(options: JourneysOptions) {
    this.#o = options;
    this.#scripted = new ScriptedJourneys({
      ...options,
      agenda: this.#agenda,
      fill: (exchange, journey) => fill(exchange, journey, options.clock),
      end: (...how) => this.#end(...how),
    });
  }

  /** When something is due next; Infinity = nothing is. */
  get nextMs(): number {
    return this.#agenda.nextMs;
  }

  /**
   * Makes the first request of a journey out of its arrival.
   *
   * @returns false when as many are open as may be
   */
  begin(arrival: Exchange, plan: OpenJourneyPlan, limit: number): boolean {
    if (!this.#o.enter(limit)) return false;
    const journey = this.#free.pop() ?? new OpenJourney();
    journey.begin(plan, arrival);
    const { step } = journey;
    journey.times = timesOf(
      step.plan.repeat,
      journey.unit(step.streams.repeat),
    );
    fill(arrival, journey, this.#o.clock);
    return true;
  }

  /**
   * Hands a journey to its script, which has then started.
   *
   * @returns false when as many are open as may be
   */
  hand(arrival: Exchange, plan: OpenJourneyPlan, limit: number): boolean {
    const { enter, recorder, secondAt } = this.#o;
    if (!enter(limit)) return false;
    const journey = this.#free.pop() ?? new OpenJourney();
    journey.begin(plan, arrival);
    recorder.scriptSent(arrival, secondAt(arrival.sentMs));
    this.#scripted.begin(journey, arrival.vars);
    return true;
  }

  /** Its first request was taken by its client: it has started. */
  started(exchange: Exchange): void {
    const journey = journeyOf(exchange);
    const { series } = journey.plan;
    const { recorder, secondAt } = this.#o;
    recorder.journeySent(series, journey.stage, secondAt(exchange.sentMs));
    this.#sent(journey, exchange);
  }

  /** Its first request was not taken: the journey has never begun. */
  drop(exchange: Exchange): void {
    const journey = journeyOf(exchange);
    exchange.target = journey.plan.series;
    exchange.journey = null;
    this.#o.leave();
    this.#free.push(journey);
  }

  /** The outcome of a step, given its answer: one that lacks a value to capture has failed. */
  judge(exchange: Exchange, outcome: Outcome): Outcome {
    const journey = journeyOf(exchange);
    if (journey.isOver || outcome.kind === "failure") return outcome;
    const { step, vars, plan } = journey;
    if (plan.hasCookies) takeCookies(journey, exchange, this.#o.clock);
    if (plan.script !== null) {
      return this.#scripted.judge(journey, exchange, outcome);
    }
    if (!step.isOk(outcome.code)) return outcome;
    const missing = step.captures.take(outcome.code, exchange.kept, vars);
    return missing === null ? outcome : failure("capture", missing);
  }

  /** A request of a journey is over, and counted. */
  done(exchange: Exchange, outcome: Outcome, isOk: boolean): void {
    const journey = journeyOf(exchange);
    exchange.journey = null;
    if (journey.isOver) return void this.#free.push(journey);
    const nowMs = this.#o.clock.now();
    const { step } = journey;
    journey.exchange = null;
    journey.lastEndMs = nowMs;
    journey.activeMs += nowMs - exchange.intendedMs;
    journey.codes[step.number] = outcome.kind === "answer" ? outcome.code : -1;
    if (this.#isHalted) return this.#end(journey, "aborted");
    if (journey.plan.script !== null) {
      return this.#scripted.done(journey, exchange, { outcome, isOk });
    }
    if (!isOk && step.plan.onFailure === "end") {
      return this.#end(journey, kindOf(outcome));
    }
    if (this.#advance(journey, nowMs)) this.#go(journey, nowMs);
  }

  /** Does what is due first. */
  run(nowMs: number): void {
    const journey = this.#agenda.first;
    if (journey === undefined || journey.atMs > nowMs) return;
    if (nowMs < journey.deadlineMs) {
      return journey.isThinking
        ? this.#scripted.thought(journey)
        : this.#go(journey, nowMs);
    }
    const after = formatDuration(journey.plan.timeoutMs);
    const reason = `it had not come to its end within ${after}`;
    this.#end(journey, "timeout", reason);
  }

  /**
   * Starts no request any more: journeys that think are cut off now, others
   * when their request ends.
   */
  halt(): void {
    this.#isHalted = true;
    for (const journey of this.#agenda.all()) {
      if (journey.exchange === null) this.#end(journey, "aborted");
    }
  }

  /** Sends the step that is due; one that cannot be sent may be skipped. */
  #go(journey: OpenJourney, nowMs: number): void {
    for (;;) {
      const unsent = this.#send(journey, nowMs);
      if (unsent === null) return;
      const { step } = journey;
      journey.codes[step.number] = -1;
      if (step.plan.onFailure === "end") {
        const reason = `step ${step.plan.name}: ${unsent}`;
        return this.#end(journey, "unsent", reason);
      }
      if (!this.#advance(journey, nowMs)) return;
    }
  }

  /** @returns why it was not sent; null = it was */
  #send(journey: OpenJourney, nowMs: number): string | null {
    const { dispatch, recorder } = this.#o;
    const exchange = dispatch.blank();
    fill(exchange, journey, this.#o.clock);
    journey.requests++;
    const { request } = journey.step;
    const bad = badVariable(request.uses, journey.vars);
    const reason = bad === null
      ? dispatch.send(exchange, request.client, nowMs)
      : "bad_value";
    if (reason === null) {
      this.#sent(journey, exchange);
      return null;
    }
    recorder.stepMissed(exchange, reason);
    exchange.journey = null;
    dispatch.free(exchange);
    return bad === null
      ? reason
      : `${reason}: what ${bad} holds cannot be sent where the step has it`;
  }

  #sent(journey: OpenJourney, exchange: Exchange): void {
    journey.exchange = exchange;
    this.#o.recorder.stepSent(exchange);
    this.#agenda.put(journey, journey.deadlineMs);
    this.#o.dispatch.wakeBy(journey.deadlineMs);
  }

  /** Moves on to the next request; true = it is due now. */
  #advance(journey: OpenJourney, nowMs: number): boolean {
    if (journey.requests >= JOURNEY_REQUESTS_MAX) {
      const reason = `it has come to ${JOURNEY_REQUESTS_MAX} requests`;
      this.#end(journey, "unsent", reason);
      return false;
    }
    const thinkMs = nextRequest(journey);
    if (thinkMs < 0) {
      this.#end(journey, null);
      return false;
    }
    journey.nextMs = nowMs + thinkMs;
    if (thinkMs === 0) return true;
    const atMs = Math.min(journey.nextMs, journey.deadlineMs);
    this.#agenda.put(journey, atMs);
    this.#o.dispatch.wakeBy(atMs);
    return false;
  }

  #end(
    journey: OpenJourney,
    kind: FailureKind | null,
    reason?: string,
  ): void {
    const { recorder, clock, secondAt, failed, leave } = this.#o;
    const { series, script } = journey.plan;
    this.#agenda.remove(journey);
    if (journey.run >= 0) script!.end(journey.run);
    journey.run = -1;
    recorder.journeyDone({
      ...{ series, stage: journey.stage, failure: kind },
      totalMs: journey.lastEndMs - journey.intendedMs,
      activeMs: journey.activeMs,
      second: secondAt(clock.now()),
    });
    leave();
    if (kind !== null && reason !== undefined) {
      failed({ target: series, firstByteMs: NaN }, failure(kind, reason));
    }
    const { step, plan, lease, exchange } = journey;
    const { client } = step.request;
    // A request that is still under way writes into the journey's memory.
    journey.isOver = exchange !== null;
    if (exchange !== null && kind === "timeout") {
      client.cancel(exchange, failure("timeout", OF_JOURNEY));
    }
    if (plan.isOwn) client.release?.(lease);
    if (exchange === null) this.#free.push(journey);
  }
}

/** The journey that a request belongs to. */
function journeyOf({ journey }: Exchange): OpenJourney {
  return journey as OpenJourney;
}

function kindOf(outcome: Outcome): FailureKind {
  return outcome.kind === "failure" ? outcome.failure : "status";
}
