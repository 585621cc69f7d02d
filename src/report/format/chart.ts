const COLUMNS = " ▁▂▃▄▅▆▇█";
const BAR_PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const EIGHTHS = 8;

/** Reduces values to at most `columns` means of neighbours; fewer values stay as they are. */
export function resample(
  values: readonly number[],
  columns: number,
): readonly number[] {
  return values.length <= columns ? values : reduced(values, columns, meanOf);
}

/** Exactly `columns` values: of more, the highest of each column; of fewer, repeated. */
export function stretchPeaks(
  values: readonly number[],
  columns: number,
): readonly number[] {
  if (values.length === 0) return values;
  if (values.length >= columns) return reduced(values, columns, maxOf);
  return Array.from(
    { length: columns },
    (_, i) => values[Math.floor(i * values.length / columns)]!,
  );
}

function reduced(
  values: readonly number[],
  columns: number,
  reduce: (part: readonly number[]) => number,
): readonly number[] {
  const at = (column: number) => Math.floor(column * values.length / columns);
  return Array.from(
    { length: columns },
    (_, column) => reduce(values.slice(at(column), at(column + 1))),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest of some values, and at least 0. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}

/** One character for each value: `▁▂▅█`. Only nothing is blank. */
export function sparkline(values: readonly number[], max: number): string {
  return columnChart(values, { height: 1, max })[0]!;
}

/**
 * A filled chart, one column for each value, as lines from the top down. A
 * value above 0 shows at least its foot, so that little is not taken for nothing.
 */
export function columnChart(
  values: readonly number[],
  { height, max }: { readonly height: number; readonly max: number },
): string[] {
  const levels = values.map((value) => levelOf(value, max, height * EIGHTHS));
  const lines: string[] = [];
  for (let row = height - 1; row >= 0; row--) {
    lines.push(
      levels.map((level) =>
        COLUMNS[Math.min(EIGHTHS, Math.max(0, level - row * EIGHTHS))]
      ).join(""),
    );
  }
  return lines;
}

function levelOf(value: number, max: number, levels: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  if (value >= max) return levels;
  return Math.min(levels, Math.max(1, Math.round(value / max * levels)));
}

/** A horizontal bar of at most `columns`, in steps of an eighth. */
export function bar(value: number, max: number, columns: number): string {
  const eighths = levelOf(value, max, columns * EIGHTHS);
  return "█".repeat(Math.floor(eighths / EIGHTHS)) +
    BAR_PARTS[eighths % EIGHTHS];
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ that is not below `value`: the top of an axis. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  // The tolerance forgives the rounding of the power of ten.
  const step = steps.find((step) => step * unit >= value * (1 - 1e-9)) ?? 10;
  return step * unit;
}
