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
 * changed by themselves, so a change counts only where two records have it, as
 * those of a fleet do; that of a member that came back later is one of them.
 */
export function commonChanges(records: readonly KnownChanges[]): Change[] {
  const known = records.map(({ spans, changes }) => ({
    spans,
    byText: new Map(changes.map((one) => [JSON.stringify(one), one])),
  }));
  const enough = Math.min(2, known.length);
  const isCommon = (text: string, { slot }: Change) =>
    known.filter(({ byText }) => byText.has(text)).length >= enough &&
    known.every(({ spans, byText }) => byText.has(text) || !isIn(spans, slot));
  const all = new Map(known.flatMap(({ byText }) => [...byText]));
  return [...all].filter(([text, change]) => isCommon(text, change))
    .map(([, change]) => change).sort((a, b) => a.slot - b.slot);
}

function isIn(spans: readonly PartSpan[], slot: number): boolean {
  return spans.some(({ fromSlot, toSlot }) =>
    fromSlot <= slot && slot < toSlot
  );
}
