import { LANES, lanesOf } from "../arrivals/mod.ts";
import type { PartName, PartSpan } from "./types.ts";

/** The lanes of a part. */
export function lanesIn({ part, parts }: PartName): number[] {
  return lanesOf({ index: part, count: parts });
}

/** A part as people write it. */
export function partText({ part, parts }: PartName): string {
  return `${part}/${parts}`;
}

/** Every part once, in the order of its span. */
export function partsIn(spans: readonly PartSpan[]): PartName[] {
  const all = new Map(
    spans.map(({ part, parts }) => [
      partText({ part, parts }),
      { part, parts },
    ]),
  );
  return [...all.values()];
}

/** How many lanes some parts have, which overlap nowhere. */
export function lanesCount(parts: readonly PartName[]): number {
  return parts.reduce((sum, part) => sum + lanesIn(part).length, 0);
}

/**
 * The lanes that no part has, as parts: such as those there are where that is
 * possible, else lane by lane.
 */
export function missingParts(there: readonly PartName[]): PartName[] {
  const open = new Set(lanesIn({ part: 1, parts: 1 }));
  for (const part of there) for (const lane of lanesIn(part)) open.delete(lane);
  const counts = new Set(there.map(({ parts }) => parts));
  const tried = [...counts].sort((a, b) => a - b);
  return [...tried, LANES].flatMap((parts) => takenBy(parts, open));
}

/** Takes the parts of some size that are wholly open. */
function takenBy(parts: number, open: Set<number>): PartName[] {
  const taken: PartName[] = [];
  for (let part = 1; part <= parts; part++) {
    const lanes = lanesIn({ part, parts });
    if (!lanes.every((lane) => open.has(lane))) continue;
    for (const lane of lanes) open.delete(lane);
    taken.push({ part, parts });
  }
  return taken;
}
