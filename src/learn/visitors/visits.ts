import { ManyDraws } from "../fit/numbers.ts";

/** One visit: which of the mix's targets are asked for, one after the other. */
export interface Visit {
  readonly steps: readonly number[];
  /** Share of all visits. */
  readonly weight: number;
}

/** What visits are like. */
export interface VisitLaw {
  /** Chances of the first state. */
  readonly starts: readonly number[];
  /** Chances from one state to the next; the last column is the end. */
  readonly chain: readonly (readonly number[])[];
  /** How many visits had 1, 2, … requests. */
  readonly lengths: readonly number[];
}

/** Some visits that stand for all. */
export interface VisitFit {
  readonly visits: readonly Visit[];
  /** The largest difference of a transition's chance from the chain's. */
  readonly apart: number;
}

/** Steps of all visits: a plan has 64 targets at most. */
const STEPS_MAX = 48;
const VISITS_MAX = 16;
const STEPS_OF_ONE_MAX = 12;
/** Walks that are drawn, of which some are taken. */
const WALKS = 3000;
/** Lengths of visits up to these are told apart. */
const LENGTHS_UP_TO = [1, 2, 4, 8, Infinity];
/** A weight below says nothing. */
const WEIGHT_MIN = 0.004;
const TURNS = 300;
const PASSES = 2;

/**
 * The visits that stand for a chain: walks are drawn from it, and of these some
 * are taken, each with a weight, so that first requests, transitions and lengths
 * come nearest to those of all visits:
 *
 *   min Σ_k (Σ_v w_v · f_vk − F_k)²,  w ≥ 0     f: how often a visit has what k
 *                                               counts, F: the mean of all visits
 */
export function fitVisits(law: VisitLaw): VisitFit {
  const wanted = flowsOfLaw(law);
  const pool = walksOf(law).map((steps) => ({
    steps,
    flows: flowsOf(steps, law.starts.length),
  }));
  let taken: Weighted[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    taken = taken.filter(({ weight }) => weight >= WEIGHT_MIN);
    taken = grown(taken, pool, wanted);
  }
  const sum = taken.reduce((all, { weight }) => all + weight, 0);
  const visits = taken.filter(({ weight }) => weight / sum >= WEIGHT_MIN)
    .map(({ steps, weight }) => ({ steps, weight: weight / sum }))
    .sort((a, b) => b.weight - a.weight);
  return { visits, apart: apartOf(visits, law) };
}

interface Walk {
  readonly steps: readonly number[];
  readonly flows: Float64Array;
}

type Weighted = Walk & { weight: number };

/** Takes one walk more, again and again: the one that helps most for each of its steps. */
function grown(
  before: readonly Weighted[],
  pool: readonly Walk[],
  wanted: Float64Array,
): Weighted[] {
  const taken = [...before];
  const stepsIn = () => taken.reduce((n, { steps }) => n + steps.length, 0);
  while (taken.length < VISITS_MAX) {
    const rest = restOf(taken, wanted);
    const room = STEPS_MAX - stepsIn();
    let best: Walk | undefined;
    let most = 1e-9;
    for (const walk of pool) {
      if (walk.steps.length > room) continue;
      if (taken.some(({ flows }) => flows === walk.flows)) continue;
      const gain = dot(walk.flows, rest) /
        Math.sqrt(dot(walk.flows, walk.flows) * walk.steps.length);
      if (gain <= most) continue;
      most = gain;
      best = walk;
    }
    if (best === undefined) break;
    taken.push({ ...best, weight: 0 });
    weigh(taken, wanted);
  }
  return taken;
}

/** Weights by non-negative least squares, one after the other until they settle. */
function weigh(taken: readonly Weighted[], wanted: Float64Array): void {
  const rest = restOf(taken, wanted);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const walk of taken) {
      const change = dot(walk.flows, rest) / dot(walk.flows, walk.flows);
      const weight = Math.max(0, walk.weight + change);
      const by = weight - walk.weight;
      walk.weight = weight;
      for (let k = 0; k < rest.length; k++) rest[k]! -= by * walk.flows[k]!;
    }
  }
}

function restOf(
  taken: readonly Weighted[],
  wanted: Float64Array,
): Float64Array {
  const rest = wanted.slice();
  for (const { flows, weight } of taken) {
    for (let k = 0; k < rest.length; k++) rest[k]! -= weight * flows[k]!;
  }
  return rest;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** How often one visit has each first state, transition and length. */
function flowsOf(steps: readonly number[], states: number): Float64Array {
  const { first, next, length, size } = placesOf(states);
  const flows = new Float64Array(size);
  flows[first + steps[0]!]!++;
  steps.forEach((state, i) => {
    flows[next + state * (states + 1) + (steps[i + 1] ?? states)]!++;
  });
  flows[length + lengthClass(steps.length)]!++;
  return flows;
}

/** The same of the mean of all visits. */
function flowsOfLaw({ starts, chain, lengths }: VisitLaw): Float64Array {
  const states = starts.length;
  const { first, next, length, size } = placesOf(states);
  const flows = new Float64Array(size);
  flows.set(starts, first);
  visitsTo({ starts, chain }).forEach((times, state) =>
    chain[state]!.forEach((share, to) => {
      flows[next + state * (states + 1) + to]! = times * share;
    })
  );
  shares(lengths).forEach((share, i) => {
    flows[length + lengthClass(i + 1)]! += share;
  });
  return flows;
}

function placesOf(states: number) {
  const next = states;
  const length = next + states * (states + 1);
  return { first: 0, next, length, size: length + LENGTHS_UP_TO.length };
}

function lengthClass(requests: number): number {
  return LENGTHS_UP_TO.findIndex((most) => requests <= most);
}

/** How often a visit comes to each state, in the mean: n = starts + n · chain. */
function visitsTo({ starts, chain }: Omit<VisitLaw, "lengths">): number[] {
  let arriving = [...starts];
  const times = starts.map(() => 0);
  // Longer visits than this are no visits.
  for (let step = 0; step < 200; step++) {
    const next = starts.map(() => 0);
    arriving.forEach((share, state) => {
      times[state]! += share;
      for (let to = 0; to < next.length; to++) {
        next[to]! += share * chain[state]![to]!;
      }
    });
    arriving = next;
  }
  return times;
}

/** Different walks that the chain may take. */
function walksOf({ starts, chain }: VisitLaw): (readonly number[])[] {
  const draws = new ManyDraws();
  const byKey = new Map<string, readonly number[]>();
  for (let i = 0; i < WALKS; i++) {
    const steps = [pick(starts, draws.unit())];
    while (steps.length <= STEPS_OF_ONE_MAX) {
      const row = chain[steps.at(-1)!]!;
      const next = pick(row, draws.unit());
      const isNowhere = row[next] === 0;
      if (next === starts.length || isNowhere) break;
      steps.push(next);
    }
    // One that is cut off would end where visits do not.
    if (steps.length <= STEPS_OF_ONE_MAX) byKey.set(steps.join(" "), steps);
  }
  return [...byKey.values()];
}

function pick(shares: readonly number[], u: number): number {
  let sum = 0;
  for (let i = 0; i < shares.length; i++) {
    sum += shares[i]!;
    if (u < sum) return i;
  }
  return Math.max(0, shares.findLastIndex((share) => share > 0));
}

/** How far the transitions of some visits are from the chain's; what is hardly ever passed counts less. */
function apartOf(visits: readonly Visit[], { starts, chain }: VisitLaw) {
  const states = starts.length;
  const { next } = placesOf(states);
  const flows = new Float64Array(placesOf(states).size);
  for (const { steps, weight } of visits) {
    const own = flowsOf(steps, states);
    for (let k = 0; k < flows.length; k++) flows[k]! += weight * own[k]!;
  }
  const times = visitsTo({ starts, chain });
  const all = times.reduce((a, b) => a + b, 0);
  let most = 0;
  chain.forEach((row, state) => {
    if (times[state]! < RARE * all) return;
    const from = next + state * (states + 1);
    const is = shares([...flows.subarray(from, from + states + 1)]);
    row.forEach((share, to) => {
      most = Math.max(most, Math.abs(is[to]! - share));
    });
  });
  return most;
}

/** Share of the requests below which a state's transitions are not compared. */
const RARE = 0.02;

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => sum === 0 ? 0 : count / sum);
}
