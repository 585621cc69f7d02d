/** One measured figure, beside what it should be and what a peer has. */
export interface Row {
  /** Which benchmark it belongs to; `--only` names it. */
  readonly bench: string;
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  /** The number to hold, in words; empty = for information. */
  readonly goal: string;
  /** Whether it is held; null = not to be judged. */
  readonly held: boolean | null;
}

/** A benchmark: measures and tells, and never fails for being slow. */
export interface Bench {
  readonly name: string;
  readonly run: (surroundings: BenchSurroundings) => Promise<readonly Row[]>;
}

/** What all benchmarks share. */
export interface BenchSurroundings {
  /** Whether `taskset` can give client and server a core each. */
  readonly pinned: boolean;
  /** Which of the known load generators are on PATH. */
  readonly peers: ReadonlySet<string>;
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

/** The rows as a table for people. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.bench,
    row.what,
    row.value === null ? "–" : shown(row.value),
    row.unit,
    row.goal,
    row.held === null ? "" : row.held ? "held" : "NOT HELD",
  ]);
  const widths = lines.reduce<number[]>(
    (most, line) => line.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  );
  return lines
    .map((line) =>
      line.map((cell, i) =>
        i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)
      ).join("  ").trimEnd()
    )
    .join("\n");
}

function shown(value: number): string {
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}
