import { KarError } from "../base/mod.ts";

/** Equal parts that the traffic is made of. */
export const LANES = 256;

/** One of `count` equal shares of the traffic; `index` counts from 1. */
export interface Stripe {
  readonly index: number;
  readonly count: number;
}

/** The whole traffic. */
export const WHOLE: Stripe = { index: 1, count: 1 };

/**
 * The lanes of a stripe: every `count`-th, so that stripes are equal to one
 * lane and together are all lanes.
 *
 * @throws {KarError} when the stripe is not one of 1/1 … 256/256
 */
export function lanesOf({ index, count }: Stripe): number[] {
  const isShare = Number.isInteger(index) && Number.isInteger(count) &&
    index >= 1 && index <= count && count <= LANES;
  if (!isShare) {
    throw new KarError(
      "usage",
      `Cannot send stripe ${index}/${count}: it must be i/n with 1 ≤ i ≤ n ≤ ${LANES}`,
    );
  }
  return shareOf(allLanes(), index - 1, count);
}

/** Every `count`-th of some lanes, from position `offset`: what one worker of several sends. */
export function shareOf(
  lanes: readonly number[],
  offset: number,
  count: number,
): number[] {
  return lanes.filter((_, i) => i % count === offset);
}

function allLanes(): number[] {
  return Array.from({ length: LANES }, (_, lane) => lane);
}
