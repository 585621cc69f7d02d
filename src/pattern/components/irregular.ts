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
      : openIrregular(
        irregular.map((spec) => new OpenIrregularity(spec, zone)),
      ),
};

function openIrregular(all: readonly OpenIrregularity[]): OpenComponent {
  const active = (slot: number) =>
    all.flatMap((one) => {
      const place = one.placeAt(slot);
      return place < 0 ? [] : [{ one, place }];
    });
  return {
    factorAt: (slot) => {
      let factor = 1;
      for (const one of all) {
        const place = one.placeAt(slot);
        if (place >= 0) factor *= one.shape.factorAt(place);
      }
      return factor;
    },
    addedAt: (slot) => {
      let added = 0;
      for (const one of all) {
        const place = one.placeAt(slot);
        if (place < 0) continue;
        added += one.shape.addedAt(place) + one.shape.mixedAt(place);
      }
      return added;
    },
    phaseAt: (slot) =>
      active(slot).filter(({ one, place }) => one.isHighAt(place))
        .map(({ one }): Phase => one.spec.kind)
        .reduce<Phase | null>(
          (first, phase) => first === null ? phase : firstPhase(first, phase),
          null,
        ),
    why: (slot) =>
      active(slot).map(({ one: { spec, shape }, place }) => {
        const added = shape.addedAt(place) + shape.mixedAt(place);
        return added > 0
          ? `${spec.kind} +${Number(added.toPrecision(3))}/s`
          : `${spec.kind} ×${Number(shape.factorAt(place).toPrecision(3))}`;
      }).join(", ") || "none is under way",
  };
}
