import type { SessionFacts } from "../read/sessions.ts";
import type { MixTarget } from "./mix.ts";
import { ManyDraws } from "../fit/numbers.ts";

/** One visit: which of the mix's targets are asked for, one after the other. */
export interface Visit {
  readonly steps: readonly number[];
  readonly weight: number;
}

/** What a visit looks like. */
export interface JourneyFit {
  readonly verdict: "fitted" | "none";
  readonly why: string;
  readonly visits: readonly Visit[];
  /** Requests of a visit. */
  readonly requests: number;
  /** Share of visits that are one request. */
  readonly oneShare: number;
  readonly sessions: number;
  /** Mean of the thoughts between two requests, in seconds. */
  readonly thinkSec: number;
  readonly meanLn: number;
  readonly sdLn: number;
  /** Chances from one state to the next; the last column is the end. */
  readonly chain: readonly (readonly number[])[];
  /** Targets that the states are, by their place in the mix. */
  readonly states: readonly number[];
}

const SESSIONS_MIN = 200;
const REQUESTS_MIN = 1.3;
const REQUESTS_MAX = 12;
const STATES_MAX = 11;
/** Share of requests that the states have to be. */
const COVERED_MIN = 0.8;
/** Steps of all visits: a plan has 64 targets at most. */
const STEPS_MAX = 40;
const VISITS_MAX = 12;
const STEPS_OF_ONE_MAX = 12;
const TRIES = 300;

/**
 * Sessions as visits: a Markov chain of what is asked for, and some visits drawn
 * from it that come nearest to its shares and transitions.
 */
export function fitJourney(
  { sessions, requests, lengths, first, pairs, thoughts }: SessionFacts,
  { targets, targetOf }: {
    readonly targets: readonly MixTarget[];
    /** The place in the mix of what a session names; −1 = none of them. */
    readonly targetOf: (row: number) => number;
  },
): JourneyFit {
  const mean = requests / Math.max(1, sessions);
  const base = {
    ...{ visits: [], chain: [], states: [], requests: mean, sessions },
    oneShare: (lengths[0] ?? 0) / Math.max(1, sessions),
    thinkSec: Math.exp(thoughts.meanLn + thoughts.sdLn ** 2 / 2),
    meanLn: thoughts.meanLn,
    sdLn: thoughts.sdLn,
  };
  const none = (why: string): JourneyFit => ({ ...base, verdict: "none", why });
  if (sessions < SESSIONS_MIN) return none(`only ${sessions} were seen`);
  if (mean < REQUESTS_MIN) return none("nearly all are one request");
  if (mean > REQUESTS_MAX) {
    return none(
      `they have ${
        mean.toFixed(1)
      } requests: clients that go on for hours are no visits`,
    );
  }
  const states = targets.slice(0, STATES_MAX).map((_, i) => i);
  const covered = states.reduce((sum, i) => sum + targets[i]!.share, 0);
  if (covered < COVERED_MIN) {
    return none(
      `the ${states.length} most frequent forms are ${
        Math.round(covered * 100)
      } % of the requests`,
    );
  }
  const stateOf = (row: number) => {
    const target = targetOf(row);
    return target >= 0 && target < states.length ? target : -1;
  };
  const chain = chainOf(pairs, stateOf, states.length);
  const starts = startsOf(first, stateOf, states.length);
  const visits = visitsOf({ chain, starts, lengths, mean });
  return { ...base, verdict: "fitted", why: "", visits, chain, states };
}

function chainOf(
  pairs: SessionFacts["pairs"],
  stateOf: (row: number) => number,
  states: number,
): number[][] {
  const counts = Array.from(
    { length: states },
    () => Array.from({ length: states + 1 }, () => 0),
  );
  for (const { from, to, count } of pairs) {
    const row = stateOf(from);
    const column = to === 0 ? states : stateOf(to);
    if (row >= 0 && column >= 0) counts[row]![column]! += count;
  }
  return counts.map(shares);
}

function startsOf(
  first: SessionFacts["first"],
  stateOf: (row: number) => number,
  states: number,
): number[] {
  const counts = Array.from({ length: states }, () => 0);
  for (const [row, count] of first) {
    const state = stateOf(row);
    if (state >= 0) counts[state]! += count;
  }
  return shares(counts);
}

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => sum === 0 ? 0 : count / sum);
}

interface VisitsOptions {
  readonly chain: readonly (readonly number[])[];
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly mean: number;
}

/** The set of visits, of many drawn ones, whose transitions come nearest to the chain's. */
function visitsOf(options: VisitsOptions): Visit[] {
  const { lengths, mean } = options;
  const count = Math.max(3, Math.min(VISITS_MAX, Math.floor(STEPS_MAX / mean)));
  const wanted = lengthsOf(lengths, count);
  const draws = new ManyDraws();
  let best: readonly (readonly number[])[] = [];
  let least = Infinity;
  for (let k = 0; k < TRIES; k++) {
    const walks = wanted.map((length) => walk(options, length, draws));
    const apart = distance(walks, options);
    if (apart < least) {
      least = apart;
      best = walks;
    }
  }
  return merged(best);
}

/** Lengths at evenly spread quantiles. */
function lengthsOf(lengths: readonly number[], count: number): number[] {
  const all = shares(lengths);
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 0.5) / count;
    let sum = 0;
    for (let n = 0; n < all.length; n++) {
      sum += all[n]!;
      if (sum >= share) return Math.min(n + 1, STEPS_OF_ONE_MAX);
    }
    return STEPS_OF_ONE_MAX;
  });
}

function walk(
  { chain, starts }: VisitsOptions,
  length: number,
  draws: ManyDraws,
): number[] {
  const steps = [pick(starts, draws.unit())];
  while (steps.length < length) {
    const row = chain[steps.at(-1)!]!;
    const going = shares(row.slice(0, -1));
    const isEnd = going.every((share) => share === 0);
    steps.push(pick(isEnd ? starts : going, draws.unit()));
  }
  return steps;
}

function pick(shares: readonly number[], u: number): number {
  let sum = 0;
  for (let i = 0; i < shares.length; i++) {
    sum += shares[i]!;
    if (u < sum) return i;
  }
  return Math.max(0, shares.findLastIndex((share) => share > 0));
}

/** Squares of the differences of starts and of transitions, weighted by their states. */
function distance(
  walks: readonly (readonly number[])[],
  { chain, starts }: VisitsOptions,
): number {
  const states = starts.length;
  const seen = chain.map((row) => row.map(() => 0));
  const first = starts.map(() => 0);
  for (const steps of walks) {
    first[steps[0]!]!++;
    steps.forEach((state, i) => seen[state]![steps[i + 1] ?? states]!++);
  }
  const total = walks.reduce((sum, { length }) => sum + length, 0);
  let sum = shares(first).reduce(
    (all, share, i) => all + (share - starts[i]!) ** 2,
    0,
  );
  seen.forEach((row, i) => {
    const weight = row.reduce((a, b) => a + b, 0) / total;
    const is = shares(row);
    sum += weight *
      is.reduce((all, share, k) => all + (share - chain[i]![k]!) ** 2, 0);
  });
  return sum;
}

/** Visits that are the same are one of more weight. */
function merged(walks: readonly (readonly number[])[]): Visit[] {
  const byKey = new Map<string, { steps: readonly number[]; weight: number }>();
  for (const steps of walks) {
    const key = steps.join(" ");
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { steps, weight: 1 });
    else known.weight++;
  }
  return [...byKey.values()].sort((a, b) => b.weight - a.weight);
}
