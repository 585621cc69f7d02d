import {
  capturedNames,
  type ConditionPlan,
  JOURNEY_LIMITS,
  type JourneyPlan,
  type Plan,
  setupNames,
  type StepPlan,
  stepSeriesName,
  type ThinkPlan,
} from "../plan/mod.ts";
import {
  ArrivalDraws,
  type DataSet,
  rowsUntilEnd,
  type Vars,
} from "../request/mod.ts";
import type { ScriptRunner } from "../script/mod.ts";
import type { KeepSpec, OpenTarget } from "../transport/mod.ts";
import { capturedText, Captures, type CompileJsonPath } from "./capture.ts";
import { journeyStream } from "./draws.ts";

/** A journey that can be sent. */
export interface OpenJourneyPlan {
  readonly name: string;
  /** Its number, behind those of the targets. */
  readonly series: number;
  readonly timeoutMs: number;
  readonly isOwn: boolean;
  readonly hasCookies: boolean;
  readonly items: readonly OpenItem[];
  /** Names of the values that it captures, and after them those of the setup, by their numbers. */
  readonly names: readonly string[];
  /** How many of them the setup has captured. */
  readonly shared: number;
  /** How many values there are, and one for its cookies. */
  readonly variables: number;
  /** Bytes that each of them may have. */
  readonly captureBytes: number;
  /** Bytes of an answer that are kept. */
  readonly captureBodyBytes: number;
  /** The script that replaces its items; null = it has none. */
  readonly script: ScriptRunner | null;
  /** The rank of the first arrival for which its data has no row. */
  readonly endRank: number;
  readonly draws: ArrivalDraws;
}

/** One item of a journey. */
export type OpenItem = OpenThink | OpenStep;

/** Time between two steps. */
export interface OpenThink {
  readonly kind: "think";
  readonly think: ThinkPlan;
  readonly stream: number;
}

/** One of its requests. */
export interface OpenStep {
  readonly kind: "step";
  readonly plan: StepPlan;
  /** Its number among the steps. */
  readonly number: number;
  /** The number of its series. */
  readonly series: number;
  readonly request: OpenTarget;
  /** What is kept of its answers; null = nothing. */
  readonly keep: KeepSpec | null;
  readonly captures: Captures;
  readonly isOk: (code: number) => boolean;
  readonly when: Condition | null;
  readonly goesOn: Condition | null;
  readonly streams: {
    readonly probability: number;
    readonly repeat: number;
    readonly think: number;
  };
}

/** What conditions read: the last code of each step, −1 = none, and captured values. */
export interface JourneyState {
  readonly codes: readonly number[];
  readonly vars: Vars;
}

/** Whether something holds of a journey. */
export type Condition = (journey: JourneyState) => boolean;

/** What opening a plan's journeys needs. */
export interface OpenJourneysOptions {
  readonly plan: Plan;
  /** By the numbers of the plan's targets. */
  readonly requests: readonly (OpenTarget | undefined)[];
  readonly isOk: readonly ((code: number) => boolean)[];
  readonly compileJsonPath: CompileJsonPath;
  readonly wallMs: () => number;
  /** Those of its scripts, by the names of their journeys. */
  readonly scripts?: ReadonlyMap<string, OpenedScript>;
}

/** A script that is ready. */
export interface OpenedScript {
  readonly runner: ScriptRunner;
  /** The data sets that it names. */
  readonly data: readonly DataSet[];
}

/** Makes a journey ready; `series` is its number. */
export function openJourneyPlan(
  journey: JourneyPlan,
  series: number,
  options: OpenJourneysOptions,
): OpenJourneyPlan {
  const { plan, wallMs, scripts } = options;
  const script = scripts?.get(journey.name) ?? null;
  const limits = { ...JOURNEY_LIMITS, ...plan.limits };
  const shared = setupNames(plan);
  const names = [...capturedNames(journey), ...shared];
  const numbers = new Map(names.map((name, i) => [name, i]));
  const steps = journey.items.filter((item) => item.kind === "step")
    .map(({ name }) => name);
  const items = journey.items.map((item, i): OpenItem =>
    item.kind === "think"
      ? { ...item, stream: journeyStream(journey.name, "think", i) }
      : openStep(item, { journey, numbers, steps, options })
  );
  return {
    name: journey.name,
    series,
    timeoutMs: journey.timeoutMs,
    isOwn: journey.connection === "own",
    hasCookies: journey.cookies,
    items,
    names,
    shared: shared.length,
    // The cookies have their place after the captured values.
    variables: names.length + 1,
    captureBytes: limits.captureBytes,
    captureBodyBytes: limits.captureBodyBytes,
    script: script?.runner ?? null,
    endRank: Math.min(
      ...items.map((item) =>
        item.kind === "step" ? item.request.endRank : Infinity
      ),
      ...(script?.data ?? []).map(rowsUntilEnd),
      Infinity,
    ),
    draws: new ArrivalDraws(plan.pattern.seed, wallMs),
  };
}

interface StepOptions {
  readonly journey: JourneyPlan;
  readonly numbers: ReadonlyMap<string, number>;
  readonly steps: readonly string[];
  readonly options: OpenJourneysOptions;
}

function openStep(
  step: StepPlan,
  { journey, numbers, steps, options }: StepOptions,
): OpenStep {
  const { plan, requests, isOk, compileJsonPath } = options;
  const { name } = step;
  const seriesName = stepSeriesName({ journey: journey.name, name });
  const series = plan.targets.findIndex((target) => target.name === seriesName);
  const { captureBytes, captureBodyBytes } = {
    ...JOURNEY_LIMITS,
    ...plan.limits,
  };
  const captures = new Captures(step.capture, {
    ...{ numbers, compileJsonPath, captureBytes, captureBodyBytes },
  });
  const { repeat, when } = step;
  const stream = (what: string) => journeyStream(journey.name, name, what);
  const isKnown = repeat.kind === "times";
  const again = isKnown ? null : conditionOf(repeat.condition, numbers, steps);
  return {
    kind: "step",
    plan: step,
    number: steps.indexOf(name),
    series,
    request: requests[series]!,
    keep: journey.cookies ? withCookies(captures.keep) : captures.keep,
    captures,
    isOk: isOk[series]!,
    when: when && conditionOf(when, numbers, steps),
    goesOn: again && repeat.kind === "until" ? (open) => !again(open) : again,
    streams: {
      probability: stream("probability"),
      repeat: stream("repeat"),
      think: stream("think"),
    },
  };
}

function withCookies(keep: KeepSpec | null): KeepSpec {
  const headers = new Set(keep?.headers ?? []);
  return {
    headers: headers.add("set-cookie"),
    bodyBytes: keep?.bodyBytes ?? 0,
  };
}

function conditionOf(
  { status, captured }: ConditionPlan,
  numbers: ReadonlyMap<string, number>,
  steps: readonly string[],
): Condition {
  const codes = status.map(([step, ranges]) =>
    [steps.indexOf(step), ranges] as const
  );
  const values = captured.map(([name, value]) =>
    [numbers.get(name)!, value] as const
  );
  return ({ codes: last, vars }) =>
    codes.every(([step, ranges]) => {
      const code = last[step]!;
      return code >= 0 &&
        ranges.some(([from, to]) => code >= from && code <= to);
    }) &&
    values.every(([number, value]) => {
      const text = capturedText(vars, number);
      return typeof value === "string"
        ? text === value
        : value
        ? text !== null && text !== ""
        : text === null || text === "";
    });
}
