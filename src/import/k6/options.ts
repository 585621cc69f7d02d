import type { DraftTraffic } from "../../draft/mod.ts";
import type { LeftOut } from "../types.ts";

type ScriptOptions = Readonly<Record<string, unknown>>;

/** What k6's options come to. */
export interface K6Options {
  readonly traffic: DraftTraffic | null;
  readonly thresholds: readonly string[];
  readonly notes: readonly string[];
}

const UNIT_SEC: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};
const DURATIONS: Readonly<Record<string, string>> = {
  http_req_duration: "response",
  http_req_waiting: "ttfb",
  http_req_connecting: "connect",
};
const OPTIONS_TAKEN = new Set(["scenarios", "thresholds"]);

/** Reads the options of a script: arrival-rate scenarios and thresholds. */
export function optionsOf(options: ScriptOptions, left: LeftOut): K6Options {
  for (const key of Object.keys(options)) {
    if (!OPTIONS_TAKEN.has(key)) left.add(`options.${key}: ${whyNot(key)}`);
  }
  const scenarios = Object.entries(mapOf(options.scenarios));
  const read = scenarios.flatMap(([name, each]) =>
    scenarioOf(name, mapOf(each), left)
  );
  const thresholds = Object.entries(mapOf(options.thresholds))
    .flatMap(([metric, list]) =>
      (Array.isArray(list) ? list : [list]).flatMap((text) =>
        thresholdOf(metric, text, left)
      )
    );
  if (read.length === 0) return { traffic: null, thresholds, notes: [] };
  const rate = read.reduce((sum, each) => sum + each.rate, 0);
  const max = read.reduce((sum, each) => sum + each.max, 0);
  return {
    traffic: { rate, max, spikes: null, isQuiet: true },
    thresholds,
    notes: read.flatMap(({ note }) => note),
  };
}

function whyNot(key: string): string {
  return /^(?:vus|duration|iterations|stages)$/.test(key)
    ? "kar is open-loop: give the rate by controller.base_tps, the time by --duration"
    : "there is nothing like it";
}

interface ScenarioRate {
  readonly rate: number;
  readonly max: number;
  readonly note: readonly string[];
}

function scenarioOf(
  name: string,
  scenario: ScriptOptions,
  left: LeftOut,
): ScenarioRate[] {
  const { executor, timeUnit = "1s", duration } = scenario;
  const perSec = (value: unknown) => Number(value) / (secondsOf(timeUnit) || 1);
  if (executor === "constant-arrival-rate" && Number(scenario.rate) > 0) {
    const rate = perSec(scenario.rate);
    const note = typeof duration === "string"
      ? [`Scenario ${name} ran for ${duration}: --duration ${duration}`]
      : [];
    return [{ rate, max: rate, note }];
  }
  if (executor === "ramping-arrival-rate" && Array.isArray(scenario.stages)) {
    const stages = scenario.stages.map(mapOf);
    const rates = [
      scenario.startRate ?? 0,
      ...stages.map(({ target }) => target),
    ]
      .map(perSec).filter((rate) => rate >= 0);
    const max = Math.max(...rates, 0.1);
    const steps = stages.map(({ target, duration }) =>
      `${perSec(target)}/s after ${String(duration)}`
    );
    left.add(
      `options.scenarios.${name}.stages: the highest rate is kept; kar set base N, schedule: or scenarios: shape it`,
    );
    return [{
      rate: max,
      max,
      note: [`Scenario ${name} went to ${steps.join(", ")}`],
    }];
  }
  left.add(
    `options.scenarios.${name}: executor ${
      String(executor)
    }: only arrival rates are open-loop`,
  );
  return [];
}

/** `1m30s` in seconds; 0 where it is none. */
function secondsOf(text: unknown): number {
  return [...String(text).matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
    .reduce(
      (sum, [, count, unit]) => sum + Number(count) * UNIT_SEC[unit!]!,
      0,
    );
}

/** `p(95)<500`, `rate<0.01`: k6's milliseconds and shares as kar writes them. */
function thresholdOf(metric: string, given: unknown, left: LeftOut): string[] {
  const text = typeof given === "string"
    ? given
    : String(mapOf(given).threshold ?? "");
  const match =
    /^\s*(p\((\d+(?:\.\d+)?)\)|avg|max|med|rate)\s*(<=?)\s*(\d+(?:\.\d+)?)\s*$/
      .exec(text);
  const measure = DURATIONS[metric];
  if (match !== null) {
    const [, statistic, percentile, operator, limit] = match;
    if (
      metric === "http_req_failed" && statistic === "rate" && Number(limit) <= 1
    ) {
      return [
        `errors ${operator} ${Number((Number(limit) * 100).toPrecision(6))}%`,
      ];
    }
    const named = percentile !== undefined && Number(percentile) >= 50 &&
        Number(percentile) < 100
      ? `p${percentile}`
      : { avg: "mean", max: "max", med: "p50" }[statistic!];
    if (measure !== undefined && named !== undefined && Number(limit) > 0) {
      return [`${measure}.${named} ${operator} ${limit}ms`];
    }
  }
  left.add(`options.thresholds.${metric}: ${text}`);
  return [];
}

function mapOf(value: unknown): ScriptOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as ScriptOptions
    : {};
}
