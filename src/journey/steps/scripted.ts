import type { Clock } from "../../base/mod.ts";
import { JOURNEY_REQUESTS_MAX } from "../../plan/mod.ts";
import type {
  ScriptAnswer,
  ScriptRequest,
  ScriptSays,
} from "../../script/mod.ts";
import type { Recorder } from "../../stats/mod.ts";
import {
  type Exchange,
  failure,
  type FailureKind,
  type Outcome,
} from "../../transport/mod.ts";
import type { Agenda } from "../agenda.ts";
import { capturedText } from "../capture.ts";
import type { JourneyDispatch } from "./dispatch.ts";
import type { OpenJourney } from "../open_journey.ts";

/** What scripted journeys share with the declared ones. */
export interface ScriptedOptions {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly dispatch: JourneyDispatch;
  readonly agenda: Agenda<OpenJourney>;
  /** Makes an exchange the request of a journey's step. */
  readonly fill: (exchange: Exchange, journey: OpenJourney) => void;
  readonly end: (
    journey: OpenJourney,
    kind: FailureKind | null,
    reason?: string,
  ) => void;
}

/**
 * Journeys that a script runs. Its process asks for a request or for time, and
 * waits; what it asks for is sent and counted like any step.
 *
 *   arrival ─▶ script ─(http)─▶ step ─▶ script ─(think)─▶ … ─▶ script ─(done)─▶ end
 */
export class ScriptedJourneys {
  readonly #o: ScriptedOptions;

  constructor(options: ScriptedOptions) {
    this.#o = options;
  }

  /** Hands a journey to its script. */
  begin(journey: OpenJourney, vars: Exchange["vars"]): void {
    const { plan: { script, names, shared }, deadlineMs } = journey;
    const { slot, lane, index, offsetMs, rank } = journey;
    const captured = Object.fromEntries(
      names.slice(names.length - shared).map((name, i) =>
        [name, capturedText(vars ?? [], i) ?? ""] as const
      ),
    );
    this.#o.agenda.put(journey, deadlineMs);
    const run = script!.begin(
      { slot, lane, index, offsetMs, rank, captured },
      (said) => this.#hear(journey, said),
    );
    if (typeof run === "string") return this.#o.end(journey, "script", run);
    journey.run = run;
    this.#o.dispatch.wakeBy(deadlineMs);
  }

  /** The time that it has asked for is over. */
  thought(journey: OpenJourney): void {
    journey.isThinking = false;
    this.#o.agenda.put(journey, journey.deadlineMs);
    journey.plan.script!.thought(journey.run);
  }

  /** An answer whose body is wanted, and longer than what is kept, has failed. */
  judge(journey: OpenJourney, exchange: Exchange, outcome: Outcome): Outcome {
    const isCut = outcome.kind === "answer" && exchange.kept!.isCut &&
      journey.asked!.keep;
    return isCut
      ? failure(
        "capture",
        `the body has more bytes than ${journey.plan.captureBodyBytes} (limits.capture_body_bytes)`,
      )
      : outcome;
  }

  /** A request is over, and counted. */
  done(
    journey: OpenJourney,
    exchange: Exchange,
    { outcome, isOk }: { readonly outcome: Outcome; readonly isOk: boolean },
  ): void {
    // Beginning of what comes next, unless it thinks.
    journey.nextMs = journey.lastEndMs;
    if (!isOk) {
      const kind = outcome.kind === "failure" ? outcome.failure : "status";
      this.#failed(journey, kind);
    }
    this.#answer(journey, answerOf(exchange, outcome, journey.asked!));
  }

  #hear(journey: OpenJourney, said: ScriptSays): void {
    switch (said.kind) {
      case "http":
        return this.#send(journey, said.asked);
      case "think":
        return this.#think(journey, said.ms);
      case "done": {
        journey.run = -1;
        const { failKind, failReason } = journey;
        return said.failure === null
          ? this.#o.end(journey, failKind, failReason)
          : this.#o.end(journey, said.failure.kind, said.failure.reason);
      }
      case "lost":
        journey.run = -1;
        return this.#o.end(journey, "script", said.why);
    }
  }

  #think(journey: OpenJourney, ms: number): void {
    const { agenda, dispatch } = this.#o;
    journey.nextMs += ms;
    journey.isThinking = true;
    const atMs = Math.min(journey.nextMs, journey.deadlineMs);
    agenda.put(journey, atMs);
    dispatch.wakeBy(atMs);
  }

  #send(journey: OpenJourney, asked: ScriptRequest): void {
    const { clock, dispatch, recorder, fill, end } = this.#o;
    // The script's process makes sure that it does this only while nothing is
    // under way.
    if (journey.exchange !== null) {
      return end(journey, "script", "it asked for two requests at once");
    }
    if (journey.requests >= JOURNEY_REQUESTS_MAX) {
      const reason = `it has come to ${JOURNEY_REQUESTS_MAX} requests`;
      return end(journey, "unsent", reason);
    }
    journey.asked = asked;
    journey.item = asked.step;
    const exchange = dispatch.blank();
    fill(exchange, journey);
    journey.requests++;
    const { request, plan: { name } } = journey.step;
    const made = request.frameAsked!(withCookies(journey, asked, clock.wall()));
    let reason: string | null = "bad_value";
    if ("framed" in made) {
      exchange.framed = made.framed;
      const unsent = dispatch.send(exchange, request.client, clock.now());
      if (unsent === null) {
        journey.exchange = exchange;
        return recorder.askedSent(exchange);
      }
      recorder.stepMissed(exchange, unsent);
      reason = unsent;
    } else recorder.stepMissed(exchange, "bad_value");
    exchange.journey = null;
    dispatch.free(exchange);
    const why = "why" in made ? `${reason}: ${made.why}` : reason;
    this.#failed(journey, "unsent", `step ${name}: ${why}`);
    this.#answer(journey, { kind: "failure", failure: reason });
  }

  /** The first failure that the script has not allowed for fails the journey. */
  #failed(journey: OpenJourney, kind: FailureKind, reason?: string): void {
    if (journey.asked!.mayFail || journey.failKind !== null) return;
    journey.failKind = kind;
    journey.failReason = reason;
  }

  #answer(journey: OpenJourney, answer: ScriptAnswer): void {
    journey.plan.script!.answer(journey.run, answer);
  }
}

function answerOf(
  { kept }: Exchange,
  outcome: Outcome,
  { keep }: ScriptRequest,
): ScriptAnswer {
  return outcome.kind === "failure"
    ? { kind: "failure", failure: outcome.failure }
    : {
      kind: "answer",
      status: outcome.code,
      headers: [...kept!.headers],
      // A copy: the next answer overwrites it.
      body: keep ? kept!.body.slice() : null,
    };
}

function withCookies(
  { plan, jar }: OpenJourney,
  asked: ScriptRequest,
  nowMs: number,
): ScriptRequest {
  if (!plan.hasCookies || asked.kind === "call") return asked;
  const text = jar.header(asked.path, nowMs, plan.captureBytes);
  if (text === "") return asked;
  const headers = asked.headers.filter(([name]) =>
    name.toLowerCase() !== "cookie"
  );
  return { ...asked, headers: [...headers, ["cookie", text]] };
}
