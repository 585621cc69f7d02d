import { absorb, finish, SLOT_MS, streamKey } from "../base/mod.ts";
import { type DriftSpec, STREAM, Wander } from "../pattern/mod.ts";
import { journeySeries, type Plan } from "../plan/mod.ts";
import { chooser } from "./choice.ts";

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

/** Chooses what an arrival of a slot starts. */
export function mixOf(plan: MixPlan): Choose {
  const sharers = sharersOf(plan);
  const choose = chooseOf(sharers, plan.pattern);
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

/**
 * Which part of a slot's arrivals goes to some targets.
 *
 * @param wanted numbers of targets
 */
export function targetShareOf(
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
