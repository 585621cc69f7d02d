import * as z from "zod";
import {
  duration,
  type Finding,
  numberIn,
  ruleOn,
  webAddress,
} from "./fields.ts";

/** The circuit breaker's block. */
export const SafetySchema = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description: "Whether the circuit breaker watches the target's answers",
  }),
  error_rate_above: numberIn(0, 100).optional().meta({
    description:
      "Trips when more than so many percent of the requests of the last 10s had no answer, HTTP 5xx or 429, gRPC other than OK, or what the target's own ok does not name; without it, errors do not trip",
  }),
  p95_latency_above: duration("1ms", "50s").optional().meta({
    description:
      "Trips when the 95th percentile of the response times of the last 10s is above this; without it, slowness does not trip",
  }),
  sustained_for: duration("1s", "1h").prefault("10s").meta({
    description: "How long a threshold must be passed without a break",
  }),
  resume_after: duration("10s", "24h").prefault("30s").meta({
    description:
      "Time without traffic before the target is probed; longer when it asks for more, with Retry-After or in gRPC's ways, up to 24h",
  }),
  webhook: webAddress().optional().meta({
    description:
      "Where each change of the breaker is posted as JSON; may hold ${NAME}",
  }),
}).check(
  ruleOn(
    ["enabled", "error_rate_above", "p95_latency_above"],
    hasThreshold,
  ),
).prefault({}).meta({
  description: "The circuit breaker: stops the traffic to a failing target",
});

function hasThreshold(safety: {
  readonly enabled: boolean;
  readonly error_rate_above?: number | undefined;
  readonly p95_latency_above?: number | undefined;
}): Finding[] {
  const { enabled, error_rate_above: rate, p95_latency_above: p95 } = safety;
  if (!enabled || rate !== undefined || p95 !== undefined) return [];
  return [{
    path: ["enabled"],
    message:
      "has nothing to watch, must come with error_rate_above or p95_latency_above",
  }];
}

/** A run that several machines send together; absent = the defaults. */
export const FleetSchema = z.strictObject({
  on_bus_loss: z.enum(["continue", "hold"]).default("continue").meta({
    description:
      "What a member of a fleet does while its bus does not answer: continue = goes on alone and may take changes late, hold = sends nothing whose changes it cannot know",
  }),
}).optional().meta({
  description:
    "A run of several machines (kar run --fleet); its plan is shared by all",
});
