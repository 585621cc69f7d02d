import type { BenchOptions } from "./options.ts";

/** One measured figure, beside what it should be and what a peer has. */
export interface Row {
  /** Which benchmark it belongs to. */
  readonly bench: string;
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  /** The number to hold, in words; empty = for information. */
  readonly goal: string;
  /** Whether it is held; null = not to be judged. */
  readonly held: boolean | null;
  /** Its place in a table of several programs; absent = a line of its own. */
  readonly cell?: Cell;
}

/** A place in one of several tables. */
export interface Cell {
  readonly grid: string;
  readonly line: string;
  /** Its heading, in two lines. */
  readonly column: string;
}

/** A benchmark: measures and tells, and never fails for being slow. */
export interface Bench {
  /** What it is asked for by. */
  readonly name: string;
  /** What it measures, in a few words. */
  readonly about: string;
  readonly run: (surroundings: BenchSurroundings) => Promise<readonly Row[]>;
}

/** What all benchmarks share. */
export interface BenchSurroundings {
  /** Whether `taskset` can give client and server a core each. */
  readonly pinned: boolean;
  /** Which of the known load generators are on PATH. */
  readonly peers: ReadonlySet<string>;
  readonly options: BenchOptions;
  /** A packaged file or a checkout: what rows that start a whole kar measure. */
  readonly kar: () => Promise<string>;
  /** Says what is going on, for a person who waits. */
  readonly say: (line: string) => void;
}

/** A figure with an upper bound. */
export function atMost(
  row: Omit<Row, "goal" | "held">,
  limit: number,
): Row {
  return {
    ...row,
    goal: `≤ ${limit}`,
    held: row.value === null ? null : row.value <= limit,
  };
}

/** A figure with a lower bound. */
export function atLeast(
  row: Omit<Row, "goal" | "held">,
  limit: number,
): Row {
  return {
    ...row,
    goal: `≥ ${limit}`,
    held: row.value === null ? null : row.value >= limit,
  };
}

/** A figure without a bound. */
export function plain(row: Omit<Row, "goal" | "held">): Row {
  return { ...row, goal: "", held: null };
}

/** The rows for people: tables of programs first, then the others. */
export function table(rows: readonly Row[]): string {
  const grids = Map.groupBy(
    rows.filter(({ cell }) => cell !== undefined),
    ({ cell }) => cell!.grid,
  );
  const lines = rows.filter(({ cell }) => cell === undefined);
  return [
    ...[...grids].map(([title, cells]) => `${title}\n${gridOf(cells)}\n`),
    list(lines),
  ].join("\n");
}

function list(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.bench,
    row.what,
    shown(row.value),
    row.unit,
    row.goal,
    row.held === null ? "" : row.held ? "held" : "NOT HELD",
  ]);
  return aligned(lines, (column) => column === 2);
}

function gridOf(cells: readonly Row[]): string {
  const columns = [...new Set(cells.map(({ cell }) => cell!.column))];
  const lines = Map.groupBy(cells, ({ cell }) => cell!.line);
  const heads = [0, 1].map((line) => [
    "",
    ...columns.map((column) => column.split("\n")[line] ?? ""),
  ]);
  const rows = [...lines].map(([line, all]) => [
    line,
    ...columns.map((column) =>
      shown(all.find(({ cell }) => cell!.column === column)?.value ?? null)
    ),
  ]);
  return aligned([...heads, ...rows], (column) => column > 0);
}

function aligned(
  lines: readonly (readonly string[])[],
  isNumber: (column: number) => boolean,
): string {
  const widths = lines.reduce<number[]>(
    (most, line) => line.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  );
  return lines
    .map((line) =>
      line.map((cell, i) =>
        isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)
      ).join("  ").trimEnd()
    )
    .join("\n");
}

/** To three digits; a dash where there is nothing to tell. */
function shown(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "–";
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}
