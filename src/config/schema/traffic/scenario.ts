import * as z from "zod";
import { formatDuration, printable, SLOT_MS } from "../../../base/mod.ts";
import { RATE_MAX, SCENARIOS_MAX } from "../../../pattern/mod.ts";
import {
  duration,
  type Finding,
  numberIn,
  rule,
  ruleOn,
  text,
} from "../fields.ts";
import { NoiseObject, PoissonRules } from "./traffic.ts";

const STEPS_MAX = 64;
const NAME_CHARS_MAX = 64;
const STEEPNESS_MAX = 100;
const STEEPNESS_DEFAULT = 6;

/** How long a stretch is: whole slots, of which the traffic is made. */
function stretch() {
  return duration("100ms", "8760h").check(
    rule((ms: number) =>
      ms % SLOT_MS === 0 ? [] : [{
        path: [],
        message: `must be a multiple of ${formatDuration(SLOT_MS)}`,
      }]
    ),
  );
}

const rate = () => numberIn(0, RATE_MAX);

const NothingSchema = z.strictObject({
  type: z.literal("nothing_for"),
  duration: stretch().meta({ description: "How long nothing is sent" }),
});

const ConstantSchema = z.strictObject({
  type: z.literal("constant_tps"),
  duration: stretch().meta({ description: "How long the step is" }),
  tps: rate().meta({ description: "Requests per second" }),
});

const RampSchema = z.strictObject({
  type: z.literal("ramp_tps"),
  duration: stretch().meta({ description: "How long the step is" }),
  from: rate().meta({ description: "Requests per second at its begin" }),
  to: rate().meta({ description: "Requests per second at its end" }),
});

const HeavisideSchema = z.strictObject({
  type: z.literal("heaviside_tps"),
  duration: stretch().meta({ description: "How long the step is" }),
  from: rate().meta({ description: "Requests per second at its begin" }),
  to: rate().meta({ description: "Requests per second at its end" }),
  steepness: numberIn(0.1, STEEPNESS_MAX).default(STEEPNESS_DEFAULT).meta({
    description: "How sudden the rise in the middle is",
  }),
});

const InjectSchema = z.discriminatedUnion("type", [
  NothingSchema,
  ConstantSchema,
  RampSchema,
  HeavisideSchema,
], {
  error:
    "must have a type: nothing_for, constant_tps, ramp_tps or heaviside_tps",
});

const ScenarioObject = z.strictObject({
  name: text(NAME_CHARS_MAX).min(1, "must not be empty").meta({
    description: "Its name in report, thresholds and metrics",
  }),
  duration: stretch().optional().meta({
    description: "How long it lasts; without it, as long as inject",
  }),
  base_tps: rate().optional().meta({
    description: "Base rate; without it, that of controller",
  }),
  max_tps: rate().optional().meta({
    description: "The rate never passes this; without it, that of controller",
  }),
  pattern: z.strictObject({
    poisson: PoissonRules.optional(),
    noise: NoiseObject.optional(),
  }).optional().meta({
    description: "Its own spikes and noise; what is left out is the file's",
  }),
  inject: z.array(InjectSchema).min(1).max(STEPS_MAX).optional().meta({
    description: "The base rate step by step, instead of base_tps",
  }),
});

type ScenarioInput = z.output<typeof ScenarioObject>;

const ScenarioSchema = ScenarioObject.check(
  ruleOn(["duration", "inject"], fittingSteps),
);

/** Named stretches of time, one after the other from the fire on. */
export const ScenariosSchema = z.array(ScenarioSchema).max(SCENARIOS_MAX)
  .check(ruleOn(["name"], uniqueNames))
  .default([]).meta({
    description:
      "Named stretches of time, one after the other from the start of the traffic; each may have a rate and pattern of its own",
  });

function fittingSteps({ duration, inject }: ScenarioInput): Finding[] {
  if (inject === undefined) {
    return duration === undefined
      ? [{ path: [], message: "must have a duration, or inject" }]
      : [];
  }
  const sum = inject.reduce((ms, step) => ms + step.duration, 0);
  return duration === undefined || duration === sum ? [] : [{
    path: ["duration"],
    message: `must be ${
      formatDuration(sum)
    }, the sum of the steps of inject, or be left out`,
  }];
}

function uniqueNames(scenarios: readonly ScenarioInput[]): Finding[] {
  const names = scenarios.map(({ name }) => printable(name));
  return names.flatMap((name, i) => {
    const before = names.indexOf(name);
    if (before === i) return [];
    const message = `must be unique, scenarios.${before} has the same name`;
    return [{ path: [i, "name"], message }];
  });
}

/** What scenarios and the plan's own rate must be to each other. */
export function scenariosWithin({ scenarios, controller }: {
  readonly scenarios: readonly ScenarioInput[];
  readonly controller: {
    readonly base_tps: number;
    readonly max_tps: number;
  };
}): Finding[] {
  if (scenarios.length > 0 && controller.base_tps === 0) {
    const message =
      "must be above 0 where there are scenarios, whose rates are taken as multiples of it";
    return [{ path: ["controller", "base_tps"], message }];
  }
  return scenarios.flatMap(({ base_tps, max_tps }, i) => {
    const base = base_tps ?? controller.base_tps;
    if (base <= (max_tps ?? controller.max_tps)) return [];
    const key = max_tps === undefined ? "base_tps" : "max_tps";
    const message = max_tps === undefined
      ? "must be at most controller.max_tps, or the scenario needs a max_tps"
      : "must be at least base_tps";
    return [{ path: ["scenarios", i, key], message }];
  });
}
