import { type Config, STEP_VERBS } from "../../config/mod.ts";
import {
  type CapturePlan,
  type ConditionPlan,
  type JourneyItem,
  type JourneyPlan,
  type RepeatPlan,
  stepSeriesName,
  type ThinkPlan,
} from "../journeys.ts";
import type { SetupPlan, TargetPlan } from "../types.ts";
import { grpcOf, tlsOf } from "./parts.ts";
import { requestOf } from "./request.ts";

type JourneyConfig = Config["journeys"][number];
type SetupConfig = NonNullable<Config["setup"]>;
type StepConfig = JourneyConfig["steps"][number];

/** Journeys, and the requests of their steps as targets are. */
export interface BuiltJourneys {
  readonly journeys: readonly JourneyPlan[];
  readonly steps: readonly TargetPlan[];
}

/** Journeys of a config. */
export function journeysOf(
  journeys: readonly JourneyConfig[],
): BuiltJourneys {
  return {
    journeys: journeys.map((journey) => ({
      name: journey.name,
      weight: journey.weight,
      timeoutMs: journey.timeout,
      connection: journey.connection,
      cookies: journey.cookies,
      items: journey.steps.map(itemOf),
    })),
    steps: journeys.flatMap((journey) =>
      journey.steps.filter((step) => step.name !== undefined)
        .map((step) => stepOf(journey, step))
    ),
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
  const name = { journey: journey.name, name: step.name! };
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
