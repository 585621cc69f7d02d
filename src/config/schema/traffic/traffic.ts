import * as z from "zod";
import { RATE_MAX, SPIKE_FACTOR } from "../../../pattern/mod.ts";
import {
  duration,
  type Finding,
  numberIn,
  type Rule,
  ruleOn,
} from "../fields.ts";
import {
  BurstSchema,
  CalendarSchema,
  DriftSchema,
  MixSchema,
} from "./components.ts";
import { ScheduleSchema } from "./schedule.ts";

/** Bound of lambda, starts per second. */
const LAMBDA_MAX = 10;
/** One start in three years; less would be lost in the last digits of a clock. */
const LAMBDA_MIN = 1e-8;
const LAMBDA_HINT =
  `must be from ${LAMBDA_MIN} to ${LAMBDA_MAX}; for no spikes at all write enabled: false`;
/** How far lambda × interval may be from 1 where both are given: rounding. */
const AGREEMENT = 0.01;
const RULES_MAX = 100;

/** What holds where the user says nothing, requests per second. */
export const DEFAULT_BASE_TPS = 100;
const DEFAULT_MAX_TPS = 1000;
/** Spikes per second: one in two minutes. */
const DEFAULT_LAMBDA = 0.0083;

const ControllerObject = z.strictObject({
  base_tps: numberIn(0, RATE_MAX).default(DEFAULT_BASE_TPS).meta({
    description: "Base rate, requests per second over all targets",
  }),
  max_tps: numberIn(0, RATE_MAX).default(DEFAULT_MAX_TPS).meta({
    description: "The rate never passes this, requests per second",
  }),
  ramp_up_duration: duration("0s", "24h").prefault("30s").meta({
    description: "Linear rise from nothing each time traffic is fired",
  }),
  shutdown_timeout: duration("0s", "1h").prefault("30s").meta({
    description: "How long open requests may take to end at a stop",
  }),
  schedule: z.array(ScheduleSchema).max(RULES_MAX).default([]).meta({
    description: "Multipliers by time of day and weekday",
  }),
});

/** Rate and schedule. */
export const ControllerSchema = ControllerObject
  .check(ruleOn(["base_tps", "max_tps"], maxAboveBase))
  .prefault({})
  .meta({ description: "How much traffic, and when" });

function maxAboveBase(controller: z.output<typeof ControllerObject>) {
  return controller.max_tps < controller.base_tps
    ? [{ path: ["max_tps"], message: "must be at least base_tps" }]
    : [];
}

const PoissonObject = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description: "Whether there are random spikes",
  }),
  lambda: z.number().min(LAMBDA_MIN, LAMBDA_HINT).max(LAMBDA_MAX, LAMBDA_HINT)
    .optional().meta({
      description:
        `Spikes that start per second, on average; without it 1/interval, else ${DEFAULT_LAMBDA}`,
    }),
  interval: duration("100ms", "8760h").optional().meta({
    description: "Mean time between starts of spikes, instead of lambda",
  }),
  spike_factor: numberIn(SPIKE_FACTOR.min, SPIKE_FACTOR.max).default(2).meta({
    description: "The rate is multiplied by this at the top of a spike",
  }),
  min_interval: duration("0s", "720h").optional().meta({
    description: "No two spikes start closer than this; no bound",
  }),
  max_interval: duration("100ms", "720h").optional().meta({
    description: "No two spikes start further apart than this; no bound",
  }),
  ramp_up: duration("0s", "1h").prefault("5s").meta({
    description: "Time a spike takes to rise",
  }),
  ramp_down: duration("0s", "1h").prefault("10s").meta({
    description: "Time a spike takes to fall",
  }),
});

const GAP_KEYS = [
  "enabled",
  "lambda",
  "interval",
  "min_interval",
  "max_interval",
];

type PoissonInput = z.output<typeof PoissonObject>;

/** Random spikes, as far as they are given. */
export const PoissonRules = PoissonObject
  .check(
    ruleOn(["enabled", "lambda", "interval"], ifOn(agreement)),
    ruleOn(GAP_KEYS, ifOn(bounds)),
    ruleOn(["enabled", "ramp_up", "ramp_down"], ifOn(length)),
  )
  .transform(({ interval, ...rest }) => ({
    ...rest,
    lambda: lambdaOf(rest.lambda, interval),
  }))
  .meta({ description: "Random spikes: their starts are a Poisson process" });

/** What is switched off may say anything. */
function ifOn(rule: Rule<PoissonInput>): Rule<PoissonInput> {
  return (poisson) => poisson.enabled ? rule(poisson) : [];
}

function lambdaOf(lambda?: number, intervalMs?: number): number {
  if (lambda !== undefined) return lambda;
  return intervalMs === undefined ? DEFAULT_LAMBDA : 1000 / intervalMs;
}

function agreement({ lambda, interval }: PoissonInput): Finding[] {
  if (lambda === undefined || interval === undefined) return [];
  return Math.abs(lambda * interval / 1000 - 1) <= AGREEMENT ? [] : [{
    path: ["interval"],
    message: "must be 1/lambda or be left out",
  }];
}

function bounds(poisson: PoissonInput): Finding[] {
  const { min_interval: min = 0, max_interval: max = Infinity } = poisson;
  const meanMs = 1000 / lambdaOf(poisson.lambda, poisson.interval);
  if (min >= max) {
    return [{ path: ["max_interval"], message: "must be above min_interval" }];
  }
  if (meanMs < min) {
    const message = "must be at most 1/lambda, the mean gap between spikes";
    return [{ path: ["min_interval"], message }];
  }
  const message = "must be at least 1/lambda, the mean gap between spikes";
  return meanMs > max ? [{ path: ["max_interval"], message }] : [];
}

function length({ ramp_up, ramp_down }: PoissonInput): Finding[] {
  return ramp_up + ramp_down > 0 ? [] : [{
    path: ["ramp_down"],
    message: "must be above 0s when ramp_up is 0s: a spike has to last",
  }];
}

/** Noise, as far as it is given. */
export const NoiseObject = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description: "Whether the rate has small disturbances",
  }),
  type: z.enum(["spring", "perlin"]).default("spring").meta({
    description: "spring changes by the second, perlin drifts slowly",
  }),
  amplitude: numberIn(0, 1).default(0.1).meta({
    description: "The rate is disturbed by at most this share of itself",
  }),
}).meta({ description: "Small disturbances of the rate" });

const GROWTH_REGEXP = /^-?[0-9]+(\.[0-9]+)?%?$/;
const INSTANT_HINT =
  "must be a date such as 2026-09-01 (from midnight UTC) or an instant such as 2026-09-01T08:00:00+02:00";

/** Growth in percent, within bounds, both included; becomes a share: 0.02 is 2 %. */
function growth(min: number, max: number) {
  const hint = `must be percent from ${min} to ${max}, such as 1.8%`;
  return z.union([
    z.number(),
    z.string().regex(GROWTH_REGEXP, hint)
      .transform((text) => Number(text.replace("%", ""))),
  ], { error: hint })
    .refine((percent) => percent >= min && percent <= max, hint)
    .transform((percent) => percent / 100);
}

/** A date or an instant; becomes milliseconds since the epoch. */
function instant() {
  return z.string({ error: INSTANT_HINT })
    .refine((text) => !Number.isNaN(instantMs(text)), INSTANT_HINT)
    .transform(instantMs);
}

function instantMs(text: string): number {
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text);
  try {
    return Temporal.Instant.from(isDate ? `${text}T00:00Z` : text)
      .epochMilliseconds;
  } catch {
    return NaN;
  }
}

const TrendSchema = z.strictObject({
  per_day: growth(-50, 10).optional().meta({
    description: "Growth in a day, in percent; instead of per_week",
  }),
  per_week: growth(-99, 100).optional().meta({
    description: "Growth in a week, in percent: the rate is multiplied by it",
  }),
  since: instant().meta({
    description: "When the growth begins; it ends ten years later",
  }),
}).check(ruleOn(["per_day", "per_week"], oneGrowth))
  .transform(({ per_day: perDay, per_week: perWeek, since: sinceMs }) => ({
    perWeek: perWeek ?? (1 + perDay!) ** 7 - 1,
    sinceMs,
  }))
  .meta({ description: "Slow growth, compounded; off unless given" });

function oneGrowth(
  { per_day, per_week }: { per_day?: unknown; per_week?: unknown },
): Finding[] {
  return (per_day === undefined) !== (per_week === undefined) ? [] : [{
    path: [],
    message: "must have either per_day or per_week",
  }];
}

/** What shapes the rate beside schedule and scenarios. */
export const PatternSchema = z.strictObject({
  poisson: PoissonRules.prefault({}),
  noise: NoiseObject.prefault({}),
  trend: TrendSchema.optional(),
  drift: DriftSchema,
  burst: BurstSchema,
  calendar: CalendarSchema,
  mix: MixSchema,
}).prefault({}).meta({ description: "What disturbs the rate" });
