import { SLOT_MS } from "../../base/mod.ts";
import type { FleetRow } from "../../fleet/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { MomentOfPart } from "../../record/mod.ts";
import { type PartState, TALLY, type Totals } from "../../stats/mod.ts";
import type { PartTold } from "../fleet/told/types.ts";
import type { Heard } from "./heard.ts";

/** What parts say beside the counts, as a record's parts do. */
export function momentsOf(
  { row, plan }: { readonly row: FleetRow; readonly plan: Plan },
  told: readonly PartTold[],
): MomentOfPart[] {
  const { fireSlot, fireMs: firedMs, parts } = row;
  return told.map(({ part, moment }) => ({
    ...{ moment, fireSlot, firedMs, run: { part, parts, plan } },
    endSlot: Math.ceil((moment.endMs ?? moment.nowMs) / SLOT_MS),
  }));
}

/** How each part of a run is, those included that nobody has heard of. */
export function partSamples(
  { parts }: FleetRow,
  heard: Pick<Heard, "latest" | "isTelling">,
): PartState[] {
  const known = new Map(heard.latest.map((told) => [told.part, told]));
  return Array.from({ length: parts }, (_, i): PartState => {
    const told = known.get(i + 1);
    return {
      part: i + 1,
      isTelling: told !== undefined && heard.isTelling(i + 1),
      isAlone: told?.isAlone ?? false,
      due: told === undefined ? 0 : sumOf(told.totals, TALLY.due),
      sent: told === undefined ? 0 : sumOf(told.totals, TALLY.sent),
      clockErrorMs: told?.errorMs ?? null,
    };
  });
}

function sumOf({ targets, journeys = {} }: Totals, cell: number): number {
  return [...Object.values(targets), ...Object.values(journeys)]
    .flatMap(({ tallies }) => tallies)
    .reduce((sum, tally) => sum + tally[cell]!, 0);
}
