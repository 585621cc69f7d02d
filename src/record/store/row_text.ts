import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type CodeTotals, MISSED_REASONS, TALLY } from "../../stats/mod.ts";
import { FAILURE_KINDS } from "../../protocol/mod.ts";

/*
 * Counts as people ask for them in SQL: by name, and only those that occurred.
 */

/** A larger row was compressed badly; it is stored all the same. */
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/** Bytes as they are stored. */
export function deflated(body: Uint8Array): Uint8Array {
  return deflateRawSync(body);
}

/** Stored bytes as they were. */
export function inflated(blob: Uint8Array): Uint8Array {
  // With zlib's default of 16 KB, each small result would keep that much.
  const chunkSize = Math.min(16_384, Math.max(1024, 4 * blob.length));
  return inflateRawSync(blob, {
    chunkSize,
    maxOutputLength: INFLATED_BYTES_MAX,
  });
}

/** Counts by name as JSON; null = none. */
export function countsText(
  tally: readonly number[],
  kind: "failed" | "missed",
): string | null {
  const { names, at } = PLACES[kind];
  const entries = names.map((name, i) => [name, tally[at + i]!] as const)
    .filter(([, count]) => count > 0);
  return entries.length === 0
    ? null
    : JSON.stringify(Object.fromEntries(entries));
}

/** Puts counts by name back into a tally. */
export function putCounts(
  tally: number[],
  kind: "failed" | "missed",
  text: string | null,
): void {
  if (text === null) return;
  const counts: Record<string, number> = JSON.parse(text);
  const { names, at } = PLACES[kind];
  names.forEach((name, i) => tally[at + i] = counts[name] ?? 0);
}

const PLACES: Readonly<
  Record<
    "failed" | "missed",
    { readonly names: readonly string[]; readonly at: number }
  >
> = {
  failed: { names: FAILURE_KINDS, at: TALLY.failed },
  missed: { names: MISSED_REASONS, at: TALLY.missed },
};

/** Answers by code as JSON, and those of them that failed; null = none. */
export function codesText(
  codes: readonly CodeTotals[],
): readonly [all: string | null, failed: string | null] {
  const all = codes.map(([code, count]) => [code, count]);
  const failed = codes.filter(([, , failed]) => failed > 0)
    .map(([code, , failed]) => [code, failed]);
  const text = (rows: number[][]) =>
    rows.length === 0 ? null : JSON.stringify(Object.fromEntries(rows));
  return [text(all), text(failed)];
}

/** The same, read. */
export function codesOf(
  all: string | null,
  failed: string | null,
): CodeTotals[] {
  const failures: Record<string, number> = JSON.parse(failed ?? "{}");
  const counts: Record<string, number> = JSON.parse(all ?? "{}");
  return Object.entries(counts)
    .map(([code, count]): CodeTotals => [
      Number(code),
      count,
      failures[code] ?? 0,
    ])
    .sort(([a], [b]) => a - b);
}
