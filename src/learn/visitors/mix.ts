import type { LogFacts } from "../read/facts.ts";
import {
  clientsOf,
  distinctOf,
  type PathSegment,
  type TemplateRow,
} from "../read/template_row.ts";
import { fitZipf, type ZipfFit } from "./zipf.ts";

/** Requests of one form that a plan sends. */
export interface MixTarget {
  readonly name: string;
  readonly method: string;
  readonly segments: readonly PathSegment[];
  /** Share of all requests of the log. */
  readonly share: number;
  readonly count: number;
  /** Answers by hundreds of their status, as shares. */
  readonly statuses: readonly number[];
  /** How often each id is asked for; null = it has none, or there is too little to tell. */
  readonly ids: ZipfFit | null;
  readonly things: number;
  readonly row: TemplateRow;
}

/** What is asked for, and how often. */
export interface MixFit {
  readonly targets: readonly MixTarget[];
  /** Share of requests to paths of fewer than five clients. */
  readonly hiddenShare: number;
  /** Share of requests to forms beyond those that a plan lists, or with no path. */
  readonly restShare: number;
  /**
   * Whether paths could be written at all: without clients in the log it is
   * unknown whose they are.
   */
  readonly isHidden: boolean;
}

/** Which forms are listed. */
export interface MixOptions {
  /** Whether words of paths are written that few clients asked for. */
  readonly keepPaths: boolean;
  readonly targetsMax?: number;
  readonly shareMin?: number;
}

const CLIENTS_MIN = 5;
const TARGETS_MAX = 24;
const SHARE_MIN = 0.0005;

/**
 * The forms of paths that a plan sends. A word of a path is written only where
 * five different clients asked for it, so that nothing of a single client
 * shows.
 */
export function fitMix(
  { rows, lines }: Pick<LogFacts, "rows" | "lines">,
  { keepPaths, targetsMax = TARGETS_MAX, shareMin = SHARE_MIN }: MixOptions,
): MixFit {
  const total = Math.max(1, lines.taken);
  const hasPath = rows.filter(({ segments }) => segments.length > 0);
  const isShown = (row: TemplateRow) =>
    keepPaths || clientsOf(row) >= CLIENTS_MIN - 0.5;
  const shown = hasPath.filter(isShown);
  const listed = shown.slice(0, targetsMax)
    .filter(({ count }, i) => i === 0 || count / total >= shareMin);
  const sum = (all: readonly TemplateRow[]) =>
    all.reduce((count, row) => count + row.count, 0);
  const names = new Set<string>();
  const targets = listed.map((row) => ({
    name: nameOf(row, names),
    method: row.method,
    segments: row.segments,
    share: row.count / total,
    count: row.count,
    statuses: [...row.statuses].map((count) => count / Math.max(1, row.count)),
    ids: row.ids === null
      ? null
      : fitZipf([...row.ids.values()], Math.round(distinctOf(row))),
    things: Math.round(distinctOf(row)),
    row,
  }));
  const hidden = sum(hasPath) - sum(shown);
  return {
    targets,
    hiddenShare: hidden / total,
    restShare: Math.max(0, 1 - (hidden + sum(listed)) / total),
    isHidden: targets.length === 0 && hasPath.length > 0,
  };
}

/** A short name of a form: the words of its path. */
function nameOf(row: TemplateRow, taken: Set<string>): string {
  const words = row.segments.filter(({ kind }) => kind === "word")
    .map(({ text }) => text.replace(/[^A-Za-z0-9_.-]+/g, "-"))
    .filter((text) => text !== "");
  const method = row.method === "GET" ? "" : `${row.method.toLowerCase()} `;
  const hasId = row.segments.some(({ kind }) => kind !== "word");
  const path = words.slice(-3).join(" ") || "root";
  const base = `${method}${path}${hasId && words.length > 0 ? " id" : ""}`
    .slice(0, 48);
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
  taken.add(name);
  return name;
}
