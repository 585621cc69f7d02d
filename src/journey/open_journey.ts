import { capturedText } from "./capture.ts";
import type { DrawKey } from "../request/mod.ts";
import type { ScriptRequest } from "../script/mod.ts";
import {
  type Exchange,
  type FailureKind,
  KeptAnswer,
  type Lease,
} from "../transport/mod.ts";
import type { Dated } from "./agenda.ts";
import { CookieJar } from "./cookies.ts";
import type { OpenJourneyPlan, OpenStep } from "./open_plan.ts";

/**
 * A journey under way: its arrival, how far it has come, and its values. Used
 * again for another journey when it is over.
 */
export class OpenJourney implements Dated, DrawKey {
  atMs = 0;
  place = -1;
  plan!: OpenJourneyPlan;
  slot = 0;
  lane = 0;
  index = 0;
  offsetMs = 0;
  rank = NaN;
  stage = 0;
  intendedMs = 0;
  deadlineMs = 0;
  /** The index of the item that is under way. */
  item = 0;
  /** How often the step was sent before, and how often it is at most. */
  iteration = 0;
  times = 1;
  /** The intended instant of the next request. */
  nextMs = 0;
  lastEndMs = 0;
  activeMs = 0;
  requests = 0;
  /** Its request under way; null = it thinks. */
  exchange: Exchange | null = null;
  /** The number by which its script knows it; −1 = it has none, or not any more. */
  run = -1;
  /** The last request that its script has asked for. */
  asked: ScriptRequest | null = null;
  /** Its script has asked for time to think. */
  isThinking = false;
  /** Why it has failed although its script goes on. */
  failKind: FailureKind | null = null;
  failReason: string | undefined = undefined;
  /** It is already counted, and only waits for its last request. */
  isOver = false;
  /** Captured values; after them those of the setup, and the cookies of the request under way. */
  vars: (Uint8Array | null)[] = [];
  /** The code of the last answer to each step; −1 = none. */
  codes: number[] = [];
  readonly kept = new KeptAnswer();
  readonly jar = new CookieJar();
  /** Its own connection, where it has one. */
  readonly lease: Lease = { connection: null };

  /** Starts as the journey of an arrival. */
  begin(plan: OpenJourneyPlan, arrival: Exchange): void {
    this.plan = plan;
    this.slot = arrival.slot;
    this.lane = arrival.lane;
    this.index = arrival.index;
    this.offsetMs = arrival.offsetMs;
    this.rank = arrival.rank;
    this.stage = arrival.stage;
    this.intendedMs = this.nextMs = this.lastEndMs = arrival.intendedMs;
    this.deadlineMs = arrival.intendedMs + plan.timeoutMs;
    this.item =
      this.iteration =
      this.requests =
      this.activeMs =
        0;
    this.exchange = null;
    this.isOver = this.isThinking = false;
    this.run = -1;
    this.asked = null;
    this.failKind = null;
    this.failReason = undefined;
    // Nothing refers to the values of the journey before any more.
    this.vars.length = plan.variables;
    this.vars.fill(null);
    // A journey keeps the setup's values that it began with.
    const from = plan.names.length - plan.shared;
    for (let i = 0; i < plan.shared; i++) {
      this.vars[from + i] = arrival.vars?.[i] ?? null;
    }
    this.codes.length = plan.items.length;
    this.codes.fill(-1);
    if (plan.hasCookies) this.jar.clear();
  }

  /** The step that is under way. */
  get step(): OpenStep {
    return this.plan.items[this.item] as OpenStep;
  }

  /** A draw for it in [0, 1), in the current round of its step. */
  unit(stream: number): number {
    const { draws } = this.plan;
    draws.begin(this);
    return draws.unit(stream);
  }
}

/** Whether a request belongs to a script: the content of its answers is shown nowhere. */
export function isScripted(
  { journey }: Pick<Exchange, "journey">,
): boolean {
  return journey !== null && (journey as OpenJourney).plan.script !== null;
}

/**
 * Everything that the journey of a request holds from answers, by name:
 * captured values, and cookies.
 */
export function capturedBy(
  { journey }: Pick<Exchange, "journey">,
): Readonly<Record<string, string>> {
  if (journey === null) return {};
  const { plan, vars, jar } = journey as OpenJourney;
  const captured = Object.fromEntries(
    plan.names.map((name, i) => [name, capturedText(vars, i) ?? ""]),
  );
  return plan.hasCookies ? { ...jar.held(), ...captured } : captured;
}
