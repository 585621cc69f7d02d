import { doublesOf } from "./doubles.ts";
import type { SlotSpan } from "./due.ts";
import { holesOf, type WholeRunSpan } from "./holes.ts";
import type { MergedParts, PartSpan } from "./types.ts";

/**
 * What spans come to beside their counts.
 *
 * @param spans in the order of parts and time
 * @param within the stretch that is looked at; absent = the whole run
 */
export function mergedParts(
  run: WholeRunSpan,
  spans: readonly PartSpan[],
  within?: SlotSpan,
): MergedParts {
  const holes = holesOf(run, spans, within);
  const doubled = doublesOf(run, spans, within);
  return { spans, holes, ...(doubled.length > 0 && { doubled }) };
}
