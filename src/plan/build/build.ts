import {
  type Config,
  irregularOf,
  spansOf,
  type TargetConfig,
  weekdaysOf,
} from "../../config/mod.ts";
import type {
  InjectStep,
  NoiseSpec,
  Pattern,
  ScenarioSpec,
  SpikeSpec,
} from "../../pattern/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { forEach } from "../../threshold/mod.ts";
import { dataOf } from "./data.ts";
import { planIdOf } from "./plan_id.ts";
import { type RequestConfig, requestOf } from "./request.ts";
import type {
  HealthPlan,
  JudgingPlan,
  Limits,
  MetricsPlan,
  Plan,
  SafetyPlan,
  TargetPlan,
  UiPlan,
} from "../types.ts";
import { type BuiltScript, journeysOf, setupOf } from "./journeys.ts";
import { grpcOf, tlsOf } from "./parts.ts";

/** Options of building a plan, besides the config. */
export interface BuildOptions {
  /** Counts instead of the config's seed: a safe integer ≥ 0. */
  readonly seed?: number;
  /** Draws a seed for `seed: random`: a safe integer ≥ 0. */
  readonly drawSeed: () => number;
  /** What the scripts of journeys are, by the names of these. */
  readonly scripts?: ReadonlyMap<string, BuiltScript>;
  /** SHA-256 of the files of data that were read, by the names of their sets. */
  readonly digests?: ReadonlyMap<string, string>;
  /** The same of the files that bodies name, by what the config calls them. */
  readonly fileDigests?: ReadonlyMap<string, string>;
}

/** The plan of a config: frozen through and through, ready to be sent to workers. */
export function buildPlan(config: Config, options: BuildOptions): Plan {
  const pattern = patternOf(config, seedOf(config, options));
  const { steps, journeys } = journeysOf(
    config.journeys,
    options.scripts,
  );
  const targets = [...config.targets.map(targetOf), ...steps];
  const { arrivals, pacing, workers, metrics, variables } = config;
  const setup = config.setup && setupOf(config.setup);
  const data = config.data &&
    dataOf(config.data, options.digests ?? new Map());
  const plan: Plan = {
    planId: planIdOf({
      ...{ targets, journeys, pattern, arrivals },
      ...(data && { data }),
      ...(setup && { setup }),
    }),
    pattern,
    arrivals,
    targets,
    ...(journeys.length > 0 && { journeys }),
    ...(setup && { setup }),
    pacing,
    workers,
    limits: {
      ...limitsOf(config.limits),
      ...((journeys.length > 0 || setup) && journeyLimitsOf(config.limits)),
    },
    health: healthOf(config.health),
    metrics: metricsOf(metrics),
    ui: uiOf(config.ui),
    safety: safetyOf(config.safety),
    ...(data && { data }),
    ...(options.fileDigests && options.fileDigests.size > 0 && {
      files: Object.fromEntries(options.fileDigests),
    }),
    ...(config.thresholds.length > 0 &&
      { judging: judgingOf(config, targets) }),
    shutdownTimeoutMs: config.controller.shutdown_timeout,
    ...(config.fleet && { fleet: { onBusLoss: config.fleet.on_bus_loss } }),
    variables,
  };
  // A copy, since freezing must not reach into the config.
  return frozen(structuredClone(plan));
}

function metricsOf(
  { otlp, address, ...rest }: Config["metrics"],
): MetricsPlan {
  return {
    ...rest,
    address: address ?? null,
    ...(otlp && {
      otlp: { endpoint: otlp.endpoint, intervalMs: otlp.interval },
    }),
  };
}

function uiOf({ address, token, ...rest }: Config["ui"]): UiPlan {
  return { ...rest, address: address ?? null, token: token ?? null };
}

function seedOf(config: Config, { seed, drawSeed }: BuildOptions): number {
  if (seed !== undefined) return seed;
  return config.seed === "random" ? drawSeed() : config.seed;
}

function patternOf(config: Config, seed: number): Pattern {
  const { controller, timezone } = config;
  const { poisson, noise, ...components } = config.pattern;
  return {
    seed,
    zone: timezone,
    base: controller.base_tps,
    max: controller.max_tps,
    rampUpMs: controller.ramp_up_duration,
    schedule: controller.schedule.map((rule) => ({
      spans: spansOf(rule),
      days: weekdaysOf(rule),
      multiplier: rule.tps_multiplier,
      priority: rule.priority,
    })),
    spikes: spikesOf(poisson),
    noise: noiseOf(noise),
    // The schema gives these the form that a plan has.
    ...components,
    ...(config.irregular.length > 0 && {
      irregular: config.irregular.map((one) =>
        irregularOf(one, controller.base_tps)
      ),
    }),
    ...(config.scenarios.length > 0 &&
      { scenarios: config.scenarios.map((one) => scenarioOf(one, config)) }),
  };
}

type ScenarioConfig = Config["scenarios"][number];

/** What a scenario leaves out is what holds outside of all. */
function scenarioOf(
  { name, duration, base_tps, max_tps, pattern, inject }: ScenarioConfig,
  { controller, pattern: outside }: Config,
): ScenarioSpec {
  const steps = (inject ?? []).map(stepOf);
  return {
    name,
    // The schema asks for one or the other.
    durationMs: duration ?? steps.reduce((ms, step) => ms + step.durationMs, 0),
    base: base_tps ?? controller.base_tps,
    max: max_tps ?? controller.max_tps,
    spikes: spikesOf(pattern?.poisson ?? outside.poisson),
    noise: noiseOf(pattern?.noise ?? outside.noise),
    inject: steps,
  };
}

function stepOf(
  step: NonNullable<ScenarioConfig["inject"]>[number],
): InjectStep {
  const { duration: durationMs } = step;
  switch (step.type) {
    case "nothing_for":
      return { durationMs, kind: "constant", rate: 0 };
    case "constant_tps":
      return { durationMs, kind: "constant", rate: step.tps };
    case "ramp_tps":
      return { durationMs, kind: "ramp", from: step.from, to: step.to };
    case "heaviside_tps": {
      const { from, to, steepness } = step;
      return { durationMs, kind: "heaviside", from, to, steepness };
    }
  }
}

function spikesOf(poisson: Config["pattern"]["poisson"]): SpikeSpec | null {
  return !poisson.enabled ? null : {
    lambda: poisson.lambda,
    factor: poisson.spike_factor,
    minGapMs: poisson.min_interval ?? null,
    maxGapMs: poisson.max_interval ?? null,
    riseMs: poisson.ramp_up,
    decayMs: poisson.ramp_down,
  };
}

function noiseOf(noise: Config["pattern"]["noise"]): NoiseSpec | null {
  return noise.enabled
    ? { kind: noise.type, amplitude: noise.amplitude }
    : null;
}

function limitsOf(limits: Config["limits"]): Limits {
  return {
    inFlight: limits.in_flight,
    maxLatenessMs: limits.max_lateness,
    connections: limits.connections,
    maxBodyBytes: limits.max_body_bytes,
    maxHeadBytes: limits.max_head_bytes,
    maxRequestBytes: limits.max_request_bytes,
    maxDataBytes: limits.max_data_bytes,
    maxCellBytes: limits.max_cell_bytes,
  };
}

function journeyLimitsOf(limits: Config["limits"]): Partial<Limits> {
  return {
    journeys: limits.journeys,
    captureBytes: limits.capture_bytes,
    captureBodyBytes: limits.capture_body_bytes,
  };
}

function healthOf(health: Config["health"]): HealthPlan {
  return {
    enabled: health.enabled,
    intervalMs: health.interval,
    timeoutMs: health.timeout,
    onUnhealthy: health.on_unhealthy,
    url: health.url ?? null,
    method: health.method ?? null,
    expect: health.expect ?? null,
  };
}

function safetyOf(safety: Config["safety"]): SafetyPlan | null {
  return !safety.enabled ? null : {
    errorRateAbove: safety.error_rate_above ?? null,
    p95AboveMs: safety.p95_latency_above ?? null,
    sustainedForMs: safety.sustained_for,
    resumeAfterMs: safety.resume_after,
    webhook: safety.webhook ?? null,
  };
}

function judgingOf(
  { thresholds: asked, tolerate, allow_unknown: allowUnknown }: Config,
  targets: readonly TargetPlan[],
): JudgingPlan {
  const names = {
    target: targets.flatMap(({ name, step }) => step ? [] : [name]),
    step: targets.flatMap(({ step }) =>
      step ? [`${step.journey}/${step.name}`] : []
    ),
  };
  const all = asked.flatMap((threshold) => forEach(threshold, names));
  // One that is written out may be one of those for each.
  const thresholds = [
    ...new Map(all.map((each) => [each.text, each])).values(),
  ];
  return { thresholds, tolerate, allowUnknown };
}

function targetOf(target: TargetConfig): TargetPlan {
  const isCall = protocolOf(target.protocol).request === "call";
  return {
    name: target.name,
    url: target.url,
    protocol: target.protocol,
    client: target.client,
    method: isCall ? "POST" : target.method,
    ...requestOf(isCall ? withoutBody(target) : target),
    weight: target.weight,
    ...(target.trace && { trace: target.trace }),
    timeoutMs: target.timeout,
    // Who checks for a 404 means that it is fine.
    ok: target.ok ?? target.check?.status ?? null,
    insecure: target.tls?.insecure ?? false,
    ...(target.tls && { tls: tlsOf(target.tls) }),
    connection: {
      maxRequests: target.max_requests_per_connection ?? null,
      maxAgeMs: target.max_connection_age ?? null,
    },
    ...(isCall && { grpc: grpcOf(target.grpc ?? {}) }),
  };
}

/** A call of gRPC sends its message. */
function withoutBody(target: TargetConfig): RequestConfig {
  const { headers, basic_auth, check } = target;
  return { headers, basic_auth, check };
}

/** Freezes a value and all that it holds, and gives it back. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) {
    return value;
  }
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
