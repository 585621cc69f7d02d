import type { Plan, TargetPlan } from "../../src/plan/mod.ts";

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
