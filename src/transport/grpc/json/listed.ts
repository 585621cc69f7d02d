import { excerpt } from "../../../base/mod.ts";

const MAX_LISTED = 20;

/** Names, perhaps a server's, for a message: the first few, or `none`. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, MAX_LISTED).map((name) => excerpt(name))
    .join(", ");
  return names.length > MAX_LISTED ? `${shown}, …` : shown;
}
