import type { SegmentKind } from "./segments.ts";

/** Bits in which different ids are counted. */
export const DISTINCT_BITS = 2 ** 15;

/** A part of a template. */
export interface PathSegment {
  readonly kind: SegmentKind;
  /** Of a word its text, else empty. */
  readonly text: string;
  readonly hash: number;
}

/** Requests of one method to paths of one form. */
export interface TemplateRow {
  readonly id: number;
  readonly method: string;
  readonly segments: readonly PathSegment[];
  /** At least so many; at most `error` more. */
  count: number;
  /** Two words of a counter of different clients. */
  clientsLo: number;
  clientsHi: number;
  /** Answers by hundreds of their status; 0 = unknown. */
  readonly statuses: Uint32Array;
  /** The ids seen first, by their hashes; null = the template has none. */
  readonly ids: Map<number, number> | null;
  otherIds: number;
  readonly distinct: Uint32Array | null;
}

/** A template as text: `/items/{n}`. */
export function templateText(segments: readonly PathSegment[]): string {
  return `/${
    segments.map(({ kind, text }) => kind === "word" ? text : `{${kind}}`)
      .join("/")
  }`;
}

/** About how many different clients a row had, by linear counting; of more than 200 at least that. */
export function clientsOf(
  { clientsLo, clientsHi }: Pick<TemplateRow, "clientsLo" | "clientsHi">,
): number {
  const free = 64 - ones(clientsLo) - ones(clientsHi);
  return -64 * Math.log(Math.max(free, 2) / 64);
}

/** About how many different ids a row had. */
export function distinctOf({ distinct }: TemplateRow): number {
  if (distinct === null) return 0;
  let used = 0;
  for (const word of distinct) used += ones(word);
  const free = Math.max(1, DISTINCT_BITS - used);
  return -DISTINCT_BITS * Math.log(free / DISTINCT_BITS);
}

/** Adds a row's counts to another's. */
export function joinRows(into: TemplateRow, row: TemplateRow): void {
  into.count += row.count;
  into.clientsLo |= row.clientsLo;
  into.clientsHi |= row.clientsHi;
  row.statuses.forEach((count, i) => into.statuses[i]! += count);
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word | 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}
