import { formatDuration } from "../base/mod.ts";
import type { Config } from "./config.ts";
import { overlapsOf } from "./schedule.ts";
import { REACH_PER_CORE } from "./schema/mod.ts";
import {
  isGiven,
  nodeAt,
  type Path,
  shown,
  type TreeNode,
} from "./source/mod.ts";

/** More spikes per second than this are no longer single spikes. */
const LAMBDA_USUAL_MAX = 0.1;
/** A mean gap this much off 1/lambda is worth a word. */
const GAP_BEND_MIN = 0.01;

/** A warning: something legal but surprising, at a path. */
export interface Warning {
  readonly path: Path;
  readonly message: string;
}

/** What is looked at: the config, and the tree for places and for values as written. */
export interface Subject {
  readonly config: Config;
  readonly root: TreeNode;
}

/** One check of a valid config. */
export type Check = (subject: Subject) => Warning[];

/** The checks of rate, schedule and pattern. */
export const TRAFFIC_CHECKS: readonly Check[] = [
  overlaps,
  silence,
  cutOff,
  oftenSpikes,
  bentGaps,
  beyondReach,
];

function overlaps({ config }: Subject): Warning[] {
  return overlapsOf(config.controller.schedule).map((
    { first, second, since },
  ) => ({
    path: ["controller", "schedule", second],
    message:
      `overlaps controller.schedule.${first} from ${since} on, and as the later rule it wins; give one of them a priority`,
  }));
}

function silence({ config }: Subject): Warning[] {
  return config.controller.base_tps > 0 ? [] : [{
    path: ["controller", "base_tps"],
    message: "nothing is sent until the base rate is set while kar runs",
  }];
}

function cutOff({ config, root }: Subject): Warning[] {
  const { controller, pattern } = config;
  const multipliers = controller.schedule.map((rule) => rule.tps_multiplier);
  const highest = Math.max(1, ...multipliers);
  const factor = pattern.poisson.enabled ? pattern.poisson.spike_factor : 1;
  const top = controller.base_tps * highest * factor;
  if (top <= controller.max_tps) return [];
  const busiest = multipliers.indexOf(highest);
  const parts: readonly (readonly [Path, number])[] = [
    [["controller", "base_tps"], controller.base_tps],
    [["controller", "schedule", busiest, "tps_multiplier"], highest],
    [["pattern", "poisson", "spike_factor"], factor],
  ];
  // Not the product itself: it would show what a variable holds.
  const product = parts.filter(([, value], i) => i === 0 || value > 1)
    .map(([path, value]) => `${path.at(-1)} ${written(root, path, value)}`)
    .join(" × ");
  const path = ["controller", "max_tps"];
  const max = written(root, path, controller.max_tps);
  const what = factor > 1 ? "spikes are" : "the rate is";
  return [{
    path,
    message:
      `${what} cut off at max_tps ${max}: ${product} is above it; raise max_tps or lower one of these`,
  }];
}

function oftenSpikes({ config, root }: Subject): Warning[] {
  const { enabled, lambda } = config.pattern.poisson;
  if (!enabled || lambda <= LAMBDA_USUAL_MAX) return [];
  const path = lambdaPath(root);
  return [{
    path,
    message: `${
      written(root, path, lambda)
    } means more than one spike in 10s, so that spikes run into each other; for one in two minutes write interval: 2m`,
  }];
}

function lambdaPath(root: TreeNode): Path {
  const interval: Path = ["pattern", "poisson", "interval"];
  const lambda: Path = ["pattern", "poisson", "lambda"];
  return isGiven(root, interval) && !isGiven(root, lambda) ? interval : lambda;
}

function bentGaps({ config }: Subject): Warning[] {
  const { enabled, lambda, min_interval, max_interval } =
    config.pattern.poisson;
  const meanMs = trueMeanGapMs(lambda, min_interval ?? 0, max_interval ?? null);
  const isBent = Math.abs(meanMs * lambda / 1000 - 1) >= GAP_BEND_MIN;
  if (!enabled || !isBent) return [];
  const key = max_interval === undefined ? "min_interval" : "max_interval";
  const gap = formatDuration(Math.round(meanMs / 100) * 100);
  return [{
    path: ["pattern", "poisson", key],
    message:
      `the bounds change the gaps between spikes: their real mean is ${gap} instead of 1/lambda; leave min_interval and max_interval out for a Poisson process`,
  }];
}

/**
 * Mean of an exponential gap that is truncated to [a, b], in milliseconds.
 *
 * With the density λ·e^(−λ(x−a)) / (1 − e^(−λw)) on [a, b] and w = b − a,
 * integration by parts gives
 *
 *   E = a + 1/λ − w·e^(−λw) / (1 − e^(−λw)) = a + 1/λ − w / (e^(λw) − 1)
 *
 * which for b → ∞ is a + 1/λ, and for λw → 0 the middle, a + w/2.
 *
 * @param lambda starts per second
 * @param maxMs null = no upper bound
 */
export function trueMeanGapMs(
  lambda: number,
  minMs: number,
  maxMs: number | null,
): number {
  const perMs = lambda / 1000;
  const unbounded = minMs + 1 / perMs;
  if (maxMs === null) return unbounded;
  const width = maxMs - minMs;
  return unbounded - width / Math.expm1(perMs * width);
}

/** Compares the cores that the top rate needs with those there are. */
function beyondReach({ config, root }: Subject): Warning[] {
  const { workers, controller } = config;
  const targets = config.targets.filter((target) => target.weight > 0);
  const weights = targets.reduce((sum, target) => sum + target.weight, 0);
  const coresNeeded = targets.reduce((sum, { weight, client }) => {
    const rate = controller.max_tps * weight / weights;
    return sum + rate / REACH_PER_CORE[client];
  }, 0);
  if (coresNeeded <= (workers === "auto" ? 1 : workers)) return [];
  const reach = [...new Set(targets.map((target) => target.client))]
    .map((client) =>
      `client ${client} about ${REACH_PER_CORE[client]}/s a core`
    )
    .join(", ");
  const path = ["controller", "max_tps"];
  const max = written(root, path, controller.max_tps);
  const senders = workers === "auto" ? "one worker is" : "the workers are";
  return [{
    path,
    message:
      `${max} is above what ${senders} known to send (${reach}); without more cores the rest is missed`,
  }];
}

/** A value as the user wrote it; as it holds where they wrote none. */
function written(root: TreeNode, path: Path, value: number): string {
  const node = nodeAt(root, path);
  return node?.kind === "scalar" && node.value !== null
    ? shown(node)
    : String(value);
}
