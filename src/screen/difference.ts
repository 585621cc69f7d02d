import { csi, joined, type Painted, plain } from "../base/mod.ts";

/** Between these a terminal that knows them shows nothing half drawn. */
const SYNC_BEGIN = csi("?2026h");
const SYNC_END = csi("?2026l");
const CLEAR_SCREEN = csi("2J");
const CLEAR_LINE = csi("2K");
const NOTHING = plain("");

/**
 * The escape sequences that turn what a terminal shows into other lines; empty
 * when there is nothing to do.
 *
 * @param shown null when nobody knows what it shows
 */
export function changesBetween(
  shown: readonly Painted[] | null,
  lines: readonly Painted[],
): Painted {
  const known = shown ?? [];
  const changes = shown === null ? [CLEAR_SCREEN] : [];
  for (let row = 0; row < Math.max(known.length, lines.length); row++) {
    const line = lines[row] ?? NOTHING;
    if (line === (known[row] ?? "")) continue;
    // Erased first: behind a full line an erase would take its last character.
    changes.push(csi(`${row + 1};1H`), CLEAR_LINE, line);
  }
  return changes.length === 0
    ? NOTHING
    : joined([SYNC_BEGIN, ...changes, SYNC_END]);
}
