import { formatDuration } from "../../base/mod.ts";
import { indented } from "../../draft/mod.ts";
import { RATE_MAX } from "../../pattern/mod.ts";
import type { DayType } from "../fit/profile.ts";
import type { Learned } from "../learn.ts";
import { clock, counted, digits, percent, roundMs } from "./figures.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WEEK_MIN = 7 * 1440;
/** Headroom of the highest rate over what was seen in ten seconds. */
const HEADROOM = 1.5;

/** Rate, schedule and pattern of a plan; `perArrival` requests are one arrival. */
export function trafficLines(
  learned: Learned,
  perArrival: number,
): readonly string[] {
  const { profile: { types } } = learned;
  const { fold } = learned;
  // What comes by the clock is added to the rest.
  const base = baseOf(types);
  const rest = base * (1 - (fold?.share ?? 0));
  return [
    `timezone: ${learned.zone}`,
    "",
    "controller:",
    ...[
      `base_tps: ${digits(rest / perArrival)} # ${
        perArrival === 1
          ? "mean of the week"
          : `visits a second: ${digits(base)} requests`
      }`,
      `max_tps: ${
        ceiled(maxOf(learned, base) / perArrival)
      } # the rate never passes this; ${
        digits(learned.topRate)
      }/s was the most of ten seconds`,
      "ramp_up_duration: 0s",
      ...scheduleLines(learned, base),
    ].map(indented),
    "",
    ...patternLines(learned),
    ...cronLines(learned),
  ];
}

function baseOf(types: readonly DayType[]): number {
  const sum = types.reduce(
    (all, { days, steps }) =>
      all + days.length * steps.reduce(
          (day, { fromMin, toMin, rate }) => day + (toMin - fromMin) * rate,
          0,
        ),
    0,
  );
  return sum / WEEK_MIN;
}

/** What the rate may come to: what was seen, and what spikes and drifts of the plan make of it. */
function maxOf({ topRate, profile, spikes, drift }: Learned, base: number) {
  const step = Math.max(
    base,
    ...profile.types.flatMap(({ steps }) => steps.map(({ rate }) => rate)),
  );
  const factor = spikes.lambda > 0 ? spikes.shape?.factor ?? 1 : 1;
  const amplitude = Math.hypot(
    ...drift.drifts.map(({ amplitude }) => amplitude),
    0,
  );
  return Math.max(
    HEADROOM * topRate,
    1.2 * step * factor * Math.exp(2 * amplitude),
  );
}

function ceiled(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(Math.max(value, 1e-9))) - 1);
  return Math.min(RATE_MAX, digits(Math.ceil(value / unit) * unit, 4));
}

function scheduleLines(
  { profile: { types, chosen } }: Learned,
  base: number,
): string[] {
  const isFlat = types.length === 1 && types[0]!.steps.length === 1;
  if (isFlat) return [`# no schedule: ${chosen}`];
  return [
    `schedule: # ${chosen}; ± is the standard error by days`,
    ...types.flatMap(({ days, steps, count }) =>
      steps.map(({ fromMin, toMin, rate, error }) => {
        const on = days.length === 7
          ? ""
          : `days: [${days.map((day) => DAYS[day - 1]).join(", ")}], `;
        const span = `from: "${clock(fromMin)}", to: "${clock(toMin)}"`;
        return indented(
          `- { ${on}${span}, tps_multiplier: ${digits(rate / base)} } # ${
            digits(rate)
          }/s ± ${percent(error)}, ${count} days`,
        );
      })
    ),
  ];
}

function patternLines(learned: Learned): string[] {
  const { spikes, spring, drift, bursts } = learned;
  return [
    "pattern:",
    ...[
      ...spikeLines(spikes),
      ...(spring > 0
        ? [
          `noise: { type: spring, amplitude: ${
            digits(spring, 2)
          } } # neighbouring seconds vary together`,
        ]
        : ["noise: { enabled: false } # none shows"]),
      ...driftLines(drift),
      ...burstLines(bursts),
    ].map(indented),
  ];
}

/** What comes by the clock. */
function cronLines({ fold }: Learned): string[] {
  if (fold === null) return [];
  const every = formatDuration(fold.periodSec * 1000);
  const at = formatDuration(fold.atSec * 1000);
  // Half of an exponential law is over at ln 2 of its mean.
  const spread = formatDuration(roundMs(fold.spreadSec / Math.LN2));
  const share = digits(100 * fold.share / (1 - fold.share), 2);
  return [
    "",
    "irregular:",
    `  - { kind: cron, every: ${every}, at: ${at}, share: ${share}%, spread: ${spread} } # ${
      digits(fold.z)
    } deviations high`,
  ];
}

function spikeLines({ verdict, shape, ...fit }: Learned["spikes"]): string[] {
  if (shape === null || verdict === "none" || verdict === "cannotTell") {
    const word = verdict === "cannotTell" ? "cannot tell" : "none seen";
    return [`poisson: { enabled: false } # spikes: ${word}: ${fit.why}`];
  }
  const least = verdict === "atLeast"
    ? "at least: lower ones are hidden; "
    : "";
  return [
    `poisson: # ${least}${counted(fit.found)} seen, ${
      digits(fit.snr)
    } deviations high`,
    `  lambda: ${digits(fit.lambda)} # one in ${
      formatDuration(roundMs(1 / fit.lambda))
    }; of spikes put in, ${percent(fit.power)} are found`,
    `  spike_factor: ${digits(shape.factor)}`,
    `  ramp_up: ${formatDuration(roundMs(shape.riseSec))}`,
    `  ramp_down: ${formatDuration(roundMs(shape.decaySec))}`,
  ];
}

function driftLines({ drifts, why, z }: Learned["drift"]): string[] {
  if (drifts.length === 0) return [`# drift: none: ${why}`];
  return [
    `drift: # slow wandering beside the week; ${
      digits(z)
    } deviations from chance`,
    ...drifts.map(({ amplitude, timeSec }) =>
      `  - { amplitude: ${digits(amplitude, 2)}, time: ${
        formatDuration(Math.max(10_000, roundMs(timeSec)))
      } }`
    ),
  ];
}

const BANDS = [["slow", "12.8 s and longer"], ["mid", "0.4 to 6.4 s"], [
  "fast",
  "200 ms and shorter",
]] as const;

function burstLines(bursts: Learned["bursts"]): string[] {
  if (!bursts.isBursty) return [`# bursts: none: ${bursts.why}`];
  return [
    "burst: # share that the fuller half of a stretch gets",
    ...BANDS.map(([band, what]) => {
      const b = bursts[band];
      return b === null
        ? `  # ${band}: cannot tell: the stamps are too coarse for ${what}`
        : `  ${band}: ${digits(Math.min(0.95, b))} # stretches of ${what}`;
    }),
  ];
}
