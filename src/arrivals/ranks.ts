import { type Plan, RUN_TARGETS_MAX } from "../plan/mod.ts";
import { targetOf } from "./arrival.ts";
import type { ArrivalList } from "./list.ts";
import { lanesOf, WHOLE } from "./lanes.ts";
import type { ReplaySource } from "./kinds/replay.ts";
import type { SlotTraffic } from "./slot_traffic.ts";
import { ArrivalSource } from "./source.ts";
import type { Area } from "../pattern/mod.ts";

/** Options of `Ranks`. */
export interface RanksOptions {
  /** The arrivals of all lanes, whoever sends them. */
  readonly all: ArrivalSource;
  /** Whether arrivals of a target are counted. */
  readonly isRanked: (target: number) => boolean;
}

/**
 * How many arrivals came before each one since the fire, over all lanes: what
 * `in_order`, `shuffle` and `seq` go by. Workers do not talk: each counts the
 * arrivals of all lanes, and comes to the same numbers. Only a plan that asks
 * for ranks pays for it.
 */
export class Ranks {
  readonly #options: RanksOptions;
  #ranks = new Float64Array(1024);

  constructor(options: RanksOptions) {
    this.#options = options;
  }

  /**
   * Counts a slot.
   *
   * @param own the worker's own arrivals of it
   * @param before how many arrivals were counted before the slot
   * @returns how many were counted after it
   */
  begin(slot: number, own: ArrivalList, before: number): number {
    const { all, isRanked } = this.#options;
    const list = all.slot(slot);
    if (own.length > this.#ranks.length) {
      this.#ranks = new Float64Array(2 * own.length);
    }
    let rank = before;
    let at = 0;
    for (let i = 0; i < list.length; i++) {
      const arrival = list.at(i);
      // Both lists have one order, and one is a part of the other.
      if (at < own.length && own.at(at) === arrival) this.#ranks[at++] = rank;
      if (isRanked(targetOf(arrival))) rank++;
    }
    return rank;
  }

  /** The rank of the worker's own arrival at a place of the slot's list. */
  at(i: number): number {
    return this.#ranks[i]!;
  }

  /** How many arrivals of a slot count. */
  count(slot: number): number {
    const { all, isRanked } = this.#options;
    const list = all.slot(slot);
    let count = 0;
    for (let i = 0; i < list.length; i++) {
      if (isRanked(targetOf(list.at(i)))) count++;
    }
    return count;
  }
}

/** How to count the ranks of a plan's arrivals; null = nothing goes by them. */
export function ranksOf(
  plan: Plan,
  traffic: SlotTraffic,
  replay: ReplaySource | null = null,
): ((area: Area) => Ranks) | null {
  const isRanked = rankedTargets(plan);
  if (isRanked === null) return null;
  const lanes = lanesOf(WHOLE);
  return (area) =>
    new Ranks({
      all: new ArrivalSource({ plan, lanes, traffic, area, replay }),
      isRanked,
    });
}

/** Which targets' arrivals are counted; null = nothing of the plan goes by ranks. */
function rankedTargets(
  { targets, journeys = [], data = [] }: Plan,
): RanksOptions["isRanked"] | null {
  const sets = data.filter(({ pick }) =>
    pick.kind === "in_order" || pick.kind === "shuffle"
  ).map(({ name }) => name);
  const names = ["seq", ...sets].join("|");
  const uses = new RegExp(`\\{\\{\\s*(?:${names})(?:\\.|\\s*\\}\\})`);
  const ranked = targets.map((target) => uses.test(JSON.stringify(target)));
  const isAnyScript = journeys.some(({ script }) =>
    script?.data.some((name) => sets.includes(name))
  );
  if (!ranked.includes(true) && !isAnyScript) return null;
  // A journey counts where any step of one does, or a script names the data.
  const isAnyStep = isAnyScript ||
    targets.some(({ step }, i) => step && ranked[i]);
  return (target) => target < RUN_TARGETS_MAX ? ranked[target]! : isAnyStep;
}
