import { SLOTS_PER_SEC, type Untrusted } from "../../base/mod.ts";
import { type Ranks, ranksOf } from "../../arrivals/mod.ts";
import type { Traffic } from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";

/** A state is saved at least this often: what was sent later is not known. */
const UNSAVED_SLOTS = SLOTS_PER_SEC;
/** Slots of a part that are counted again, a day: a minute's work at high rates. */
const COUNTED_SLOTS_MAX = 86_400 * SLOTS_PER_SEC;
const RANK_MAX = 1e15;

/** How far a run has come with what depends on ranks: `seq`, and rows in order. */
export interface SavedRank {
  /** Arrivals that were counted before a slot. */
  readonly rank: number;
  readonly slot: number;
  /** The first slot of which the run has certainly sent nothing, whenever it was killed. */
  readonly untilSlot: number;
}

/** What a run saves of its ranks. @param endSlot the first slot that is not sent any more */
export function saveRank(
  { rank, slot }: Omit<SavedRank, "untilSlot">,
  endSlot: number,
): SavedRank {
  const until = Math.min(slot + UNSAVED_SLOTS, endSlot);
  return { rank, slot, untilSlot: Math.max(slot, until) };
}

/** Reads what a run has saved of its ranks; null = nothing. */
export function readRank(
  body: Untrusted,
  lastSlot: number,
): SavedRank | null {
  if (!body.has("rank")) return null;
  return body.at("rank").orNull((saved) => {
    const slot = saved.at("slot").whole(0, lastSlot);
    const latest = slot + UNSAVED_SLOTS;
    return {
      slot,
      rank: saved.at("rank").whole(0, RANK_MAX),
      untilSlot: saved.at("untilSlot").whole(slot, latest),
    };
  });
}

/** Options of `firstRank`. */
export interface FirstRankOptions {
  readonly plan: Plan;
  readonly traffic: Traffic;
  /** Null = nothing was counted before. */
  readonly saved: SavedRank | null;
  /** Whether others send the rest of the traffic. */
  readonly isPart: boolean;
}

/**
 * Counts up to the slot that a run begins with. A run alone continues behind
 * everything that it may have sent. A part, and a run that joins late, also
 * counts the arrivals of the time between: the others have sent those.
 */
export class FirstRank {
  readonly #ranks: Ranks | null;
  readonly #limit: number;
  #rank: number;
  /** Null = that of the fire, which is not known yet. */
  #slot: number | null;

  constructor({ plan, traffic, saved, isPart }: FirstRankOptions) {
    const open = ranksOf(plan, traffic);
    this.#ranks = open?.(traffic.newArea()) ?? null;
    this.#rank = saved?.rank ?? 0;
    this.#slot = saved?.slot ?? null;
    this.#limit = saved === null || isPart ? Infinity : saved.untilSlot;
  }

  /**
   * How many arrivals were counted before a slot; null where nothing depends on
   * it. Asked for a later slot, it continues counting.
   *
   * @param fireSlot the slot that the traffic begins with
   */
  before(slot: number, fireSlot: number): number | null {
    if (this.#ranks === null) return null;
    const from = this.#slot ?? fireSlot;
    const to = Math.min(slot, this.#limit, from + COUNTED_SLOTS_MAX);
    for (let at = from; at < to; at++) this.#rank += this.#ranks.count(at);
    this.#slot = Math.max(from, to);
    return this.#rank;
  }
}
