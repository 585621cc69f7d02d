import {
  type JourneyPlan,
  type Plan,
  type StepPlan,
  stepSeriesName,
  stepsOf,
  type TargetPlan,
} from "../../src/plan/mod.ts";

/** What a test may change of a plan. */
export type PlanChange = {
  readonly [K in keyof Plan]?: K extends "pattern" ? Partial<Plan["pattern"]>
    : K extends "limits" ? Partial<Plan["limits"]>
    : Plan[K];
};

/** A plan to change in tests: 100/s, no ramp, spikes, noise or schedule. */
export function planWith(change: PlanChange = {}): Plan {
  const { pattern, limits, ...rest } = change;
  return {
    planId: "0000000000000000",
    pattern: {
      seed: 98,
      zone: "UTC",
      base: 100,
      max: 100_000,
      rampUpMs: 0,
      schedule: [],
      spikes: null,
      noise: null,
      ...pattern,
    },
    arrivals: "poisson",
    targets: [targetWith()],
    pacing: "eco",
    workers: 1,
    limits: {
      inFlight: 4000,
      maxLatenessMs: 100,
      connections: 1000,
      maxBodyBytes: 1e6,
      maxHeadBytes: 262_144,
      ...limits,
    } as Plan["limits"],
    health: {
      enabled: false,
      intervalMs: 10_000,
      timeoutMs: 5000,
      onUnhealthy: "report",
      url: null,
      method: null,
      expect: null,
    },
    metrics: { enabled: false, address: ":0", path: "/metrics" },
    shutdownTimeoutMs: 30_000,
    variables: [],
    ...rest,
  };
}

/** A simulated target. */
export function targetWith(change: Partial<TargetPlan> = {}): TargetPlan {
  return {
    name: "api",
    url: "http://sim.invalid/",
    protocol: "http",
    client: "wire",
    method: "GET",
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 30_000,
    ok: null,
    ...change,
  } as TargetPlan;
}

/** A journey of these steps, each sent once, without thinking. */
export function journeyWith(change: Partial<JourneyPlan> = {}): JourneyPlan {
  return {
    name: "buy",
    weight: 1,
    timeoutMs: 60_000,
    connection: "shared",
    cookies: false,
    items: [stepWith({ name: "login" }), stepWith({ name: "pay" })],
    ...change,
  };
}

/** A step that is sent once. */
export function stepWith(change: Partial<StepPlan> = {}): StepPlan {
  return {
    kind: "step",
    name: "step",
    capture: [],
    repeat: { kind: "times", from: 1, to: 1 },
    when: null,
    probability: 1,
    onFailure: "end",
    think: null,
    ...change,
  };
}

/** A plan of journeys: their steps stand behind the targets. */
export function journeysPlan(
  journeys: readonly JourneyPlan[],
  change: PlanChange = {},
): Plan {
  const plan = planWith({ targets: [], ...change });
  const steps = journeys.flatMap((journey) =>
    stepsOf(journey).map(({ name }) => {
      const step = { journey: journey.name, name };
      return targetWith({ name: stepSeriesName(step), weight: 0, step });
    })
  );
  return { ...plan, targets: [...plan.targets, ...steps], journeys };
}
