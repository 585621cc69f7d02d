/**
 * What tests of merging share: parts of a run, and records of made-up parts.
 *
 * @module
 */
import { firedAt, type PartName, type PartSpan } from "../../src/merge/mod.ts";
import { NOON } from "../record/support.ts";

/** The slot in which made-up runs are fired. */
export const FIRE = NOON * 10;

/** A stretch of a part, by slots since the fire. */
export function spanOf(
  name: PartName,
  from: number,
  to: number,
  change: Partial<PartSpan> = {},
): PartSpan {
  return {
    ...name,
    host: `box-${name.part}`,
    runId: `run-${name.part}`,
    fromSlot: FIRE + from,
    toSlot: FIRE + to,
    over: 0,
    end: "ended",
    control: firedAt(FIRE),
    ...change,
  };
}
