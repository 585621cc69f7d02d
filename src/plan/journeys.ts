/*
 * What an arrival starts when it is more than one request. The requests of the
 * steps stand among the plan's targets; here is what comes after what.
 */

/** Which step of which journey. */
export interface StepName {
  readonly journey: string;
  readonly name: string;
  /** The file of the script that says what it asks for; absent = the plan does. */
  readonly script?: string;
}

/** Requests that belong together: one arrival starts them all. */
export interface JourneyPlan {
  /** Unlike any target's. */
  readonly name: string;
  /** Share of the arrivals relative to targets and other journeys; 0 = off. */
  readonly weight: number;
  /** From its intended instant; then it has failed as `timeout`. */
  readonly timeoutMs: number;
  /** `own`: one connection for all its steps, closed at its end. */
  readonly connection: "shared" | "own";
  /** Whether it keeps cookies from step to step. */
  readonly cookies: boolean;
  /** What happens, in this order; the first is a step. */
  readonly items: readonly JourneyItem[];
  /**
   * What happens instead, where a script says it: its items are then the steps
   * that it may send, in no order.
   */
  readonly script?: ScriptPlan;
  /** It has left the run, and only its counts are still there. */
  readonly gone?: true;
}

/** A journey that is a function. */
export interface ScriptPlan {
  /** As the config names it; may hold `${NAME}`. */
  readonly file: string;
  /** SHA-256 of it and all that it imports; null = it was not read. */
  readonly digest: string | null;
  /** Names of the data sets that it uses. */
  readonly data: readonly string[];
  /** What it is given; may hold `${NAME}`. */
  readonly vars: Readonly<Record<string, string>>;
}

/** One thing that happens in a journey. */
export type JourneyItem = ThinkItem | StepPlan;

/** Time that passes between two steps. */
export interface ThinkItem {
  readonly kind: "think";
  readonly think: ThinkPlan;
}

/** How long somebody thinks: always as long, or drawn from an exponential law. */
export interface ThinkPlan {
  readonly law: "constant" | "exponential";
  readonly meanMs: number;
}

/** One request of a journey, as far as it is no target's. */
export interface StepPlan {
  readonly kind: "step";
  /** Unlike any other of the journey. */
  readonly name: string;
  /** What is taken from its answer, for later steps. */
  readonly capture: readonly CapturePlan[];
  /** How often it is sent. */
  readonly repeat: RepeatPlan;
  /** Whether it is sent at all; null = always. */
  readonly when: ConditionPlan | null;
  /** The same by chance, in [0, 1]. */
  readonly probability: number;
  /** What a failure of it means for the journey. */
  readonly onFailure: "end" | "continue";
  /** After each time that it was sent and something follows; null = nothing. */
  readonly think: ThinkPlan | null;
}

/** A value that is taken from an answer under a name. */
export interface CapturePlan {
  readonly name: string;
  readonly from:
    | { readonly kind: "json"; readonly path: string }
    | { readonly kind: "header"; readonly name: string }
    /** The first group, or else all of what matches. */
    | { readonly kind: "body"; readonly pattern: string }
    | { readonly kind: "status" };
  /** An answer without it has no failure, and the name holds nothing. */
  readonly optional: boolean;
}

/** How often a step is sent: a number drawn between two, or up to a condition. */
export type RepeatPlan =
  | { readonly kind: "times"; readonly from: number; readonly to: number }
  | {
    readonly kind: "until" | "while";
    readonly condition: ConditionPlan;
    /** Times at most. */
    readonly most: number;
  };

/** What must hold, all of it. */
export interface ConditionPlan {
  /** Codes of the last answer to a step; one that has none holds nothing. */
  readonly status: readonly (readonly [
    step: string,
    codes: readonly (readonly [from: number, to: number])[],
  ])[];
  /** What a name holds: a text, anything (true) or nothing (false). */
  readonly captured: readonly (readonly [
    name: string,
    value: string | boolean,
  ])[];
}

/** Journeys that a run can have over its whole life. */
export const RUN_JOURNEYS_MAX = 16;
/** Requests of one journey at most, repeats included. */
export const JOURNEY_REQUESTS_MAX = 1000;

/** Bounds of who gives none. */
export const JOURNEY_LIMITS = {
  journeys: 10_000,
  captureBytes: 4096,
  captureBodyBytes: 65_536,
} as const;

/** The name under which a step is counted among the targets. */
export function stepSeriesName({ journey, name }: StepName): string {
  return `${journey}/${name}`;
}

/** The steps of a journey. */
export function stepsOf({ items }: Pick<JourneyPlan, "items">): StepPlan[] {
  return items.filter((item) => item.kind === "step");
}

/** Names that a journey captures, each once, in the order of their values. */
export function capturedNames(journey: Pick<JourneyPlan, "items">): string[] {
  const names = stepsOf(journey).flatMap(({ capture }) =>
    capture.map(({ name }) => name)
  );
  return [...new Set(names)];
}

/** Names whose values every request may use, in the order of their values. */
export function setupNames(
  { setup }: { readonly setup?: Pick<JourneyPlan, "items"> | undefined },
): string[] {
  return setup === undefined ? [] : capturedNames(setup);
}

/** Requests that a journey comes to on average; a step that is repeated up to a condition counts once. */
export function requestsOf(journey: Pick<JourneyPlan, "items">): number {
  return stepsOf(journey).reduce((sum, { repeat, probability }) => {
    const times = repeat.kind === "times" ? (repeat.from + repeat.to) / 2 : 1;
    return sum + times * probability;
  }, 0);
}

/** What stands in a plan for a journey of which only the counts are known. */
export function formerJourney(name: string): JourneyPlan {
  return {
    ...{ name, weight: 0, timeoutMs: 0, connection: "shared", cookies: false },
    items: [],
    gone: true,
  };
}
