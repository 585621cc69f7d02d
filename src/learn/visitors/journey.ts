import type { SessionFacts } from "../read/sessions.ts";
import type { MixTarget } from "./mix.ts";
import { fitVisits, type Visit } from "./visits.ts";

/** What a visit looks like. */
export interface JourneyFit {
  readonly verdict: "fitted" | "none";
  readonly why: string;
  readonly visits: readonly Visit[];
  /** The largest difference of a transition's chance in the visits from the chain's. */
  readonly apart: number;
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
  /** Requests of each state whose next one is known. */
  readonly seen: readonly number[];
  /** Targets that the states are, by their place in the mix. */
  readonly states: readonly number[];
}

const SESSIONS_MIN = 200;
const REQUESTS_MIN = 1.3;
const REQUESTS_MAX = 12;
const STATES_MAX = 11;
/** Share of requests that the states have to be. */
const COVERED_MIN = 0.8;

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
    ...{ apart: 0, seen: [] },
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
  const counts = chainOf(pairs, stateOf, states.length);
  const seen = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const chain = counts.map(shares);
  const starts = startsOf(first, stateOf, states.length);
  const visits = fitVisits({ starts, chain, lengths });
  return {
    ...base,
    ...visits,
    verdict: "fitted",
    why: "",
    chain,
    seen,
    states,
  };
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
  return counts;
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
