import { EACH } from "./each.ts";
import { unknownText } from "./parse.ts";
import type { Threshold } from "./threshold.ts";

/** Names that selectors may have, as far as the file decides them. */
export interface KnownNames {
  readonly target: readonly string[];
  readonly step: readonly string[];
  readonly scenario: readonly string[];
}

/** What is wrong with the names of a threshold; null = nothing. */
export function namesComplaint(
  { measure: { select } }: Threshold,
  known: KnownNames,
): string | null {
  for (const key of ["target", "step", "scenario"] as const) {
    const name = select[key];
    const isEach = name === EACH && key !== "scenario" && known[key].length > 0;
    if (name !== undefined && !isEach && !known[key].includes(name)) {
      return unknownText(key, name, known[key]);
    }
  }
  return null;
}
