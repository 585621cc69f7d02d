import { includes, isDots, isHeaderValue } from "../data/mod.ts";
import type { Vars } from "../draws.ts";
import type { VariableUse } from "./types.ts";

/**
 * The name of the first captured value that cannot be sent where a request
 * wants it; null = all can. Whoever sends asks first: a value that cannot stand
 * in its place is not sent at all.
 */
export function badVariable(
  uses: readonly VariableUse[],
  vars: Vars,
): string | null {
  for (const { name, number, place, forbidden } of uses) {
    const bytes = vars[number] ?? null;
    if (bytes === null) return name;
    if (place === "header" && !isHeaderValue(bytes)) return name;
    if (place === "path" && isDots(bytes)) return name;
    if (forbidden !== null && includes(bytes, forbidden)) return name;
  }
  return null;
}
