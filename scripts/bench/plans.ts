import type { ProtocolName } from "../../src/protocol/mod.ts";
import { fileURLToPath } from "node:url";
import type { ClientName, Pacing, Plan } from "../../src/plan/mod.ts";

/** What a benchmark sends. */
export interface BenchTarget {
  readonly url: string;
  readonly protocol: ProtocolName;
  readonly client: ClientName;
}

/** A plan with a constant rate and nothing else. */
export function constantPlan(
  target: BenchTarget,
  rate: {
    readonly base: number;
    readonly pacing: Pacing;
    readonly inFlight: number;
  },
): Plan {
  return {
    planId: "0000000000000000",
    pattern: {
      seed: 98,
      zone: "UTC",
      base: rate.base,
      max: rate.base,
      rampUpMs: 0,
      schedule: [],
      spikes: null,
      noise: null,
    },
    arrivals: "poisson",
    targets: [planTarget(target)],
    pacing: rate.pacing,
    workers: 1,
    limits: {
      inFlight: rate.inFlight,
      maxLatenessMs: 100,
      connections: 1000,
      maxBodyBytes: 1 << 20,
      maxHeadBytes: 262_144,
    },
    health: {
      enabled: false,
      intervalMs: 10_000,
      timeoutMs: 5_000,
      onUnhealthy: "report",
      url: null,
      method: null,
      expect: null,
    },
    metrics: { enabled: false, address: ":9090", path: "/metrics" },
    shutdownTimeoutMs: 5_000,
    variables: [],
  };
}

/** Trusts the certificate that the benchmark's server shows. */
const BENCH_TLS = {
  ca: fileURLToPath(
    new URL("../../tests/fixtures/tls/ca.crt", import.meta.url),
  ),
  cert: null,
  key: null,
  serverName: null,
};

/** One target as a plan has it. */
export function planTarget(target: BenchTarget): Plan["targets"][number] {
  return {
    name: "bench",
    method: target.protocol === "grpc" ? "POST" : "GET",
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 10_000,
    ok: null,
    ...(target.url.startsWith("https:") && { tls: BENCH_TLS }),
    ...(target.protocol === "grpc" && {
      grpc: { method: null, source: { kind: "reflection" } },
    }),
    ...target,
  };
}
