import { firstPhase, type Phase } from "../types.ts";
import { OpenIrregularity, type WithIrregular } from "../irregular/mod.ts";
import { absent, type Component, type OpenComponent } from "./component.ts";

/**
 * Named irregularities: some multiply the rate that the components before them
 * have made, others add to it. The factors of all multiply, what is added adds
 * up behind them.
 */
export const irregular: Component<"irregular", true, WithIrregular> = {
  name: "irregular",
  isPlanned: true,
  open: ({ irregular, zone }) =>
    irregular === undefined
      ? absent("no irregularities are configured")
      : new OpenIrregular(
        irregular.map((spec) => new OpenIrregularity(spec, zone)),
      ),
};

class OpenIrregular implements OpenComponent {
  readonly #all: readonly OpenIrregularity[];
  /** What holds in the slot asked for last: factor, addition and phase are asked one after the other. */
  #slot = NaN;
  #factor = 1;
  #added = 0;
  #phase: Phase | null = null;

  constructor(all: readonly OpenIrregularity[]) {
    this.#all = all;
  }

  factorAt(slot: number): number {
    this.#look(slot);
    return this.#factor;
  }

  addedAt(slot: number): number {
    this.#look(slot);
    return this.#added;
  }

  phaseAt(slot: number): Phase | null {
    this.#look(slot);
    return this.#phase;
  }

  why(slot: number): string {
    const active = this.#all.flatMap((one) => {
      const place = one.placeAt(slot);
      if (place < 0) return [];
      const { spec, shape } = one;
      const added = shape.addedAt(place) + shape.mixedAt(place);
      return added > 0
        ? `${spec.kind} +${Number(added.toPrecision(3))}/s`
        : `${spec.kind} ×${Number(shape.factorAt(place).toPrecision(3))}`;
    });
    return active.join(", ") || "none is under way";
  }

  #look(slot: number): void {
    if (slot === this.#slot) return;
    this.#slot = slot;
    this.#factor = 1;
    this.#added = 0;
    this.#phase = null;
    for (const one of this.#all) {
      const place = one.placeAt(slot);
      if (place < 0) continue;
      const { shape, spec } = one;
      this.#factor *= shape.factorAt(place);
      this.#added += shape.addedAt(place) + shape.mixedAt(place);
      if (!one.isHighAt(place)) continue;
      const phase = this.#phase ?? spec.kind;
      this.#phase = firstPhase(phase, spec.kind);
    }
  }
}
