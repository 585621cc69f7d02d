import type { Change } from "../pattern/mod.ts";
import type { PartSpan } from "./types.ts";

/** What one record knows of its run. */
export interface KnownChanges {
  readonly spans: readonly PartSpan[];
  readonly changes: readonly Change[];
}

/**
 * What was made of the plan in a whole run, in the order of slots: the changes
 * that every part has which was there at the time. Parts without a bus are each
 * changed by themselves, so a change counts only where two records have it. Of
 * a fleet two are enough, whoever was late, or the only one that was there.
 */
export function commonChanges(records: readonly KnownChanges[]): Change[] {
  const known = records.map(({ spans, changes }) => ({
    spans,
    byText: new Map(askedOf(changes).map((one) => [JSON.stringify(one), one])),
  }));
  const enough = Math.min(2, known.length);
  const isCommon = (text: string, { slot }: Change) => {
    const [having, lacking] = [true, false].map((has) =>
      known.filter(({ byText }) => byText.has(text) === has)
    );
    const isEnough = having!.length >= enough;
    const isNobodyElse = lacking!.every(({ spans }) => !isIn(spans, slot));
    return having!.every(isOfFleet)
      ? isEnough || isNobodyElse
      : isEnough && isNobodyElse;
  };
  const all = new Map(known.flatMap(({ byText }) => [...byText]));
  return [...all].filter(([text, change]) => isCommon(text, change))
    .map(([, change]) => change).sort((a, b) => a.slot - b.slot);
}

function isOfFleet({ spans }: Pick<KnownChanges, "spans">): boolean {
  return spans.every(({ fleet }) => fleet !== undefined);
}

/** Without what a breaker did, which is each machine's own. */
function askedOf(changes: readonly Change[]): Change[] {
  const all = changes.map(({ slot, control }) => ({
    slot,
    control: { ...control, level: 1 },
  }));
  const isBreakers = (i: number) =>
    i > 0 && changes[i]!.control.level !== changes[i - 1]!.control.level &&
    JSON.stringify(all[i]!.control) === JSON.stringify(all[i - 1]!.control);
  return all.filter((_, i) => !isBreakers(i));
}

function isIn(spans: readonly PartSpan[], slot: number): boolean {
  return spans.some(({ fromSlot, toSlot }) =>
    fromSlot <= slot && slot < toSlot
  );
}
