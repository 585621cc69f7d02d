import { absorb, finish, SLOT_MS, streamKey } from "../base/mod.ts";
import { type DriftSpec, STREAM, Wander } from "../pattern/mod.ts";
import { journeySeries, type Plan } from "../plan/mod.ts";
import type { SlotTraffic } from "./slot_traffic.ts";

/** From a slot and a draw in [0, 1) to what an arrival starts: a target's number, or a journey's. */
export type Choose = (slot: number, u: number) => number;

/** What decides which target an arrival goes to. */
export type MixPlan = Pick<Plan, "targets" | "journeys" | "pattern">;

/** What has a share of the arrivals: targets, and behind them journeys. */
interface Sharer {
  readonly name: string;
  readonly weight: number;
}

function sharersOf({ targets, journeys = [] }: MixPlan): Sharer[] {
  return [...targets, ...journeys];
}

/** Chooses what an arrival of a slot starts: what irregularities name, and else by weight. */
export function mixOf(plan: MixPlan, traffic: SlotTraffic): Choose {
  const sharers = sharersOf(plan);
  const byWeight = chooseOf(sharers, plan.pattern);
  const choose = plan.pattern.irregular === undefined
    ? byWeight
    : directedFirst(byWeight, new Directed(plan, traffic));
  if ((plan.journeys ?? []).length === 0) return choose;
  const first = plan.targets.length;
  return (slot, u) => {
    const at = choose(slot, u);
    return at < first ? at : journeySeries(at - first);
  };
}

function chooseOf(
  sharers: readonly Sharer[],
  { mix, seed }: MixPlan["pattern"],
): Choose {
  const weights = sharers.map(({ weight }) => weight);
  const fixed = chooser(weights);
  if (mix === undefined || weights.filter((w) => w > 0).length < 2) {
    return (_, u) => fixed(u);
  }
  const drifting = new DriftingWeights(sharers, mix, seed);
  return (slot, u) => drifting.choose(slot, u);
}

/** The first parts of [0, 1) are what irregularities name, the rest is the mix's. */
function directedFirst(byWeight: Choose, directed: Directed): Choose {
  return (slot, u) => {
    const shares = directed.at(slot);
    let from = 0;
    for (const { place, share } of shares) {
      if (u < from + share) return place;
      from += share;
    }
    // Nothing is left only where rounding says so.
    if (shares.length === 0 || from >= 1) return byWeight(slot, u);
    return byWeight(slot, Math.min((u - from) / (1 - from), 1 - 2 ** -53));
  };
}

/** A part of the arrivals that goes to one sharer. */
interface PlacedShare {
  readonly place: number;
  readonly share: number;
}

/** What irregularities name, as places among targets and journeys. */
class Directed {
  readonly #places: ReadonlyMap<string, number>;
  readonly #traffic: SlotTraffic;
  #slot = NaN;
  #shares: readonly PlacedShare[] = [];

  constructor({ targets, journeys = [] }: MixPlan, traffic: SlotTraffic) {
    this.#traffic = traffic;
    this.#places = new Map([
      ...targets.map(({ name }, i) => [`target ${name}`, i] as const),
      ...journeys.map(({ name }, i) =>
        [`journey ${name}`, targets.length + i] as const
      ),
    ]);
  }

  at(slot: number): readonly PlacedShare[] {
    if (slot === this.#slot) return this.#shares;
    this.#slot = slot;
    const directed = this.#traffic.directedAt?.(slot) ?? [];
    this.#shares = directed.flatMap(({ target, journey, share }) => {
      const name = target === undefined
        ? `journey ${journey}`
        : `target ${target}`;
      const place = this.#places.get(name);
      return place === undefined ? [] : [{ place, share }];
    });
    return this.#shares;
  }
}

/**
 * Which part of a slot's arrivals goes to some targets.
 *
 * @param wanted numbers of targets
 */
export function targetShareOf(
  plan: MixPlan,
  wanted: ReadonlySet<number>,
  traffic: SlotTraffic,
): (slot: number) => number {
  const byWeight = weightShareOf(plan, wanted);
  if (plan.pattern.irregular === undefined) return byWeight;
  const directed = new Directed(plan, traffic);
  return (slot) => {
    let named = 0;
    let found = 0;
    for (const { place, share } of directed.at(slot)) {
      named += share;
      if (wanted.has(place)) found += share;
    }
    return found + Math.max(0, 1 - named) * byWeight(slot);
  };
}

function weightShareOf(
  plan: MixPlan,
  wanted: ReadonlySet<number>,
): (slot: number) => number {
  const sharers = sharersOf(plan);
  const weights = sharers.map(({ weight }) => weight);
  const { mix, seed } = plan.pattern;
  const part = (all: ArrayLike<number>) => partOf(all, wanted);
  if (mix === undefined) {
    const share = part(weights);
    return () => share;
  }
  const drifting = new DriftingWeights(sharers, mix, seed);
  return (slot) => part(drifting.at(slot));
}

function partOf(
  weights: ArrayLike<number>,
  wanted: ReadonlySet<number>,
): number {
  let sum = 0;
  let all = 0;
  for (let i = 0; i < weights.length; i++) {
    all += weights[i]!;
    if (wanted.has(i)) sum += weights[i]!;
  }
  return all === 0 ? 0 : sum / all;
}

/**
 * Weights that drift, each by itself:
 *
 *   w_i · e^(a·g_i(t))     g_i: Ornstein–Uhlenbeck, drawn by the target's name
 *
 * so that a target that is added changes no other one's drift. Constant in a
 * slot; the rate of all together stays what it is.
 */
class DriftingWeights {
  readonly #sharers: readonly Sharer[];
  readonly #paths: readonly Wander[];
  readonly #amplitude: number;
  readonly #weights: Float64Array;
  readonly #last: number;
  #slot = NaN;
  #sum = 0;

  constructor(sharers: readonly Sharer[], mix: DriftSpec, seed: number) {
    this.#sharers = sharers;
    this.#amplitude = mix.amplitude;
    this.#weights = new Float64Array(sharers.length);
    this.#last = sharers.findLastIndex(({ weight }) => weight > 0);
    this.#paths = sharers.map(({ name }) =>
      new Wander(mix.timeMs, streamKey(seed, STREAM.mix + hashOf(name)))
    );
  }

  /** The weights of a slot, valid until the next call. */
  at(slot: number): Float64Array {
    if (slot === this.#slot) return this.#weights;
    this.#slot = slot;
    this.#sum = 0;
    const ms = (slot + 0.5) * SLOT_MS;
    for (let i = 0; i < this.#weights.length; i++) {
      const { weight } = this.#sharers[i]!;
      this.#weights[i] = weight === 0
        ? 0
        : weight * Math.exp(this.#amplitude * this.#paths[i]!.at(ms));
      this.#sum += this.#weights[i]!;
    }
    return this.#weights;
  }

  choose(slot: number, u: number): number {
    const weights = this.at(slot);
    let left = u * this.#sum;
    let i = 0;
    for (; i < this.#last; i++) {
      left -= weights[i]!;
      if (left < 0) break;
    }
    return i;
  }
}

function hashOf(name: string): number {
  let state = absorb(0x6d6978, name.length);
  for (let i = 0; i < name.length; i++) {
    state = absorb(state, name.charCodeAt(i));
  }
  return finish(state);
}

/**
 * Weighted choice of a target.
 *
 * @param weights one for each target, ≥ 0, not all 0
 * @returns from a draw in [0, 1) to the target's index
 */
export function chooser(weights: readonly number[]): (u: number) => number {
  const last = weights.findLastIndex((weight) => weight > 0);
  const bounds = Float64Array.from(weights);
  for (let i = 1; i < bounds.length; i++) bounds[i]! += bounds[i - 1]!;
  const total = bounds[last]!;
  if (last === weights.findIndex((weight) => weight > 0)) return () => last;
  return (u) => {
    const at = u * total;
    let i = 0;
    while (i < last && at >= bounds[i]!) i++;
    return i;
  };
}
