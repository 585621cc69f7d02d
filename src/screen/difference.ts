/** Between these a terminal that knows them shows nothing half drawn. */
const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";
const CLEAR_SCREEN = "\x1b[2J";
const CLEAR_LINE = "\x1b[2K";

/**
 * The escape sequences that turn what a terminal shows into other lines; empty
 * when there is nothing to do.
 *
 * @param shown null when nobody knows what it shows
 */
export function changesBetween(
  shown: readonly string[] | null,
  lines: readonly string[],
): string {
  const known = shown ?? [];
  let changes = shown === null ? CLEAR_SCREEN : "";
  for (let row = 0; row < Math.max(known.length, lines.length); row++) {
    const line = lines[row] ?? "";
    if (line === (known[row] ?? "")) continue;
    // Erased first: behind a full line an erase would take its last character.
    changes += `\x1b[${row + 1};1H${CLEAR_LINE}${line}`;
  }
  return changes === "" ? "" : SYNC_BEGIN + changes + SYNC_END;
}
