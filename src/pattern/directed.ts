import {
  type Goal,
  OpenIrregularity,
  type WithIrregular,
} from "./irregular/mod.ts";

/** A part of a slot's arrivals that goes to something that is named. */
export interface DirectedShare extends Goal {
  /** Of all arrivals of the slot, 0 … 1. */
  readonly share: number;
}

/** No part of a slot's arrivals is directed. */
export const UNDIRECTED: readonly DirectedShare[] = [];

/** What irregularities name for their requests. */
export class Directions {
  readonly #all: readonly OpenIrregularity[];

  constructor(
    { irregular = [], zone }: WithIrregular & { readonly zone: string },
  ) {
    this.#all = irregular.map((spec) => new OpenIrregularity(spec, zone));
  }

  /**
   * Which parts of a slot's arrivals go to what. A part that has no name goes
   * by the mix.
   *
   * @param before the rate in front of all irregularities
   * @param behind the same with all of them, not yet scaled
   */
  at(
    slot: number,
    { before, behind }: { readonly before: number; readonly behind: number },
  ): readonly DirectedShare[] {
    if (behind === 0) return UNDIRECTED;
    const shares: DirectedShare[] = [];
    let factor = 1;
    for (const one of this.#all) {
      const place = one.placeAt(slot);
      if (place >= 0) factor *= one.shape.factorAt(place);
    }
    for (const { spec, shape, goal, place } of this.#active(slot)) {
      const added = shape.addedAt(place);
      if (added > 0 && isNamed(goal)) {
        shares.push({ ...nameOf(goal), share: added / behind });
      }
      const hot = shape.hotAt(place);
      if (hot > 0 && spec.kind === "flash") {
        const share = hot * before * factor / behind;
        shares.push({ ...nameOf(spec.hot!), share });
      }
    }
    return shares;
  }

  #active(slot: number) {
    return this.#all.flatMap((one) => {
      const place = one.placeAt(slot);
      const { spec, shape, goal } = one;
      return place < 0 ? [] : [{ spec, shape, goal, place }];
    });
  }
}

function isNamed({ target, journey }: Goal): boolean {
  return target !== undefined || journey !== undefined;
}

function nameOf({ target, journey }: Goal): Goal {
  return target === undefined ? { journey } : { target };
}
