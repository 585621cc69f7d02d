import { type Config, STEP_VERBS } from "../../config/mod.ts";
import {
  type CapturePlan,
  type ConditionPlan,
  type JourneyItem,
  type JourneyPlan,
  type RepeatPlan,
  type ScriptPlan,
  stepSeriesName,
  type ThinkPlan,
} from "../journeys.ts";
import type { SetupPlan, TargetPlan } from "../types.ts";
import { grpcOf, tlsOf } from "./parts.ts";
import { requestOf } from "./request.ts";

/** A request of a script without a whole answer after this has failed. */
const SCRIPT_STEP_TIMEOUT_MS = 30_000;

type JourneyConfig = Config["journeys"][number];
type SetupConfig = NonNullable<Config["setup"]>;
type StepConfig = JourneyConfig["steps"][number];

/** Journeys, and the requests of their steps as targets are. */
export interface BuiltJourneys {
  readonly journeys: readonly JourneyPlan[];
  readonly steps: readonly TargetPlan[];
}

/** What is known of a script that was read. */
export interface BuiltScript {
  readonly steps: readonly string[];
  readonly digest: string;
  /** Names of the data sets that it uses. */
  readonly data: readonly string[];
}

/**
 * Journeys of a config.
 *
 * @param scripts by the names of their journeys
 */
export function journeysOf(
  given: readonly JourneyConfig[],
  scripts: ReadonlyMap<string, BuiltScript> = new Map(),
): BuiltJourneys {
  const journeys = given.map((journey) => ({
    ...journey,
    steps: journey.script === undefined
      ? journey.steps
      : scripts.get(journey.name)?.steps.map((name) =>
        askedStep(name, journey.grpc?.[name])
      ) ?? [],
  }));
  return {
    journeys: journeys.map((journey) => ({
      name: journey.name,
      weight: journey.weight,
      timeoutMs: journey.timeout,
      connection: journey.connection,
      cookies: journey.cookies,
      items: journey.steps.map(itemOf),
      ...(journey.script !== undefined && {
        script: scriptOf(journey, scripts.get(journey.name)),
      }),
    })),
    steps: journeys.flatMap((journey) =>
      journey.steps.filter((step) => step.name !== undefined)
        .map((step) => stepOf(journey, step))
    ),
  };
}

/** A step of a script: what it asks for is known when it asks. */
function askedStep(name: string, grpc: StepConfig["grpc"]): StepConfig {
  return {
    ...{ name, timeout: SCRIPT_STEP_TIMEOUT_MS },
    ...(grpc === undefined ? { get: "/" } : { grpc }),
    ...{ headers: {}, probability: 1, on_failure: "end" },
  };
}

function scriptOf(
  { script, vars }: JourneyConfig,
  built: BuiltScript | undefined,
): ScriptPlan {
  return {
    file: script!,
    digest: built?.digest ?? null,
    data: built?.data ?? [],
    vars: vars ?? {},
  };
}

/** What happens before the first arrival: a journey that is no arrival's. */
export function setupOf(
  { steps, headers = {}, every, ...setup }: SetupConfig,
): SetupPlan {
  const journey: JourneyConfig = {
    ...setup,
    ...{ name: "setup", weight: 0, connection: "shared", cookies: false },
    steps: steps.map((step) => ({
      ...step,
      headers: { ...without(headers, step.headers), ...step.headers },
    })),
  };
  const { journeys: [built], steps: requests } = journeysOf([journey]);
  return {
    items: built!.items,
    requests: requests.map(({ step: _, ...request }) => request),
    timeoutMs: setup.timeout,
    everyMs: every ?? null,
  };
}

type Headers = NonNullable<StepConfig["headers"]>;

/** Headers of all steps that a step does not give itself. */
function without(shared: Headers, own: Headers = {}): Headers {
  const given = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(shared).filter(([name]) => !given.has(name.toLowerCase())),
  );
}

function itemOf(step: StepConfig): JourneyItem {
  if (step.name === undefined) {
    return { kind: "think", think: thinkOf(step.think!) };
  }
  return {
    kind: "step",
    name: step.name,
    capture: Object.entries(step.capture ?? {}).map(captureOf),
    repeat: repeatOf(step.repeat ?? 1),
    when: step.when === undefined ? null : conditionOf(step.when),
    probability: step.probability,
    onFailure: step.on_failure,
    think: step.think === undefined ? null : thinkOf(step.think),
  };
}

function thinkOf(think: NonNullable<StepConfig["think"]>): ThinkPlan {
  return typeof think === "number"
    ? { law: "constant", meanMs: think }
    : { law: "exponential", meanMs: think.mean };
}

function captureOf(
  [name, { json, header, body, optional }]: [
    string,
    NonNullable<StepConfig["capture"]>[string],
  ],
): CapturePlan {
  const from: CapturePlan["from"] = json !== undefined
    ? { kind: "json", path: json }
    : header !== undefined
    ? { kind: "header", name: header }
    : body !== undefined
    ? { kind: "body", pattern: body }
    : { kind: "status" };
  return { name, from, optional };
}

function repeatOf(repeat: NonNullable<StepConfig["repeat"]>): RepeatPlan {
  if (typeof repeat === "number") {
    return { kind: "times", from: repeat, to: repeat };
  }
  if ("int" in repeat) {
    const [from, to] = repeat.int;
    return { kind: "times", from, to };
  }
  return "until" in repeat
    ? {
      kind: "until",
      condition: conditionOf(repeat.until),
      most: repeat.most,
    }
    : {
      kind: "while",
      condition: conditionOf(repeat.while),
      most: repeat.most,
    };
}

function conditionOf(
  { status = {}, captured = {} }: NonNullable<StepConfig["when"]>,
): ConditionPlan {
  return {
    status: Object.entries(status),
    captured: Object.entries(captured).map(([name, value]) =>
      [name, typeof value === "number" ? `${value}` : value] as const
    ),
  };
}

/** The request of a step. */
function stepOf(journey: JourneyConfig, step: StepConfig): TargetPlan {
  const { script } = journey;
  const name = {
    ...{ journey: journey.name, name: step.name! },
    ...(script !== undefined && { script }),
  };
  const verb = STEP_VERBS.find((verb) => step[verb] !== undefined);
  return {
    name: stepSeriesName(name),
    step: name,
    url: verb === undefined
      ? journey.base
      : `${journey.base.replace(/\/$/, "")}${step[verb]}`,
    protocol: step.grpc === undefined ? journey.protocol : "grpc",
    client: "wire",
    method: verb === undefined ? "POST" : verb.toUpperCase(),
    ...requestOf(step),
    weight: 0,
    timeoutMs: Math.min(step.timeout, journey.timeout),
    ok: step.ok ?? step.check?.status ?? null,
    insecure: journey.tls?.insecure ?? false,
    ...(journey.tls && { tls: tlsOf(journey.tls) }),
    ...(step.grpc && { grpc: grpcOf(step.grpc) }),
  };
}
