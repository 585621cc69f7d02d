import type { Line } from "../report/mod.ts";

/** Which part of the screen gets its rows before which: the lowest first. */
export const PRIORITY = {
  head: 0,
  rate: 1,
  counters: 2,
  message: 3,
  latency: 4,
  answers: 5,
  thresholds: 6,
  bar: 7,
  reason: 8,
  chart: 9,
  targets: 10,
  rule: 11,
} as const;

/** A part of the screen that can do with more or fewer rows. */
export interface StackBlock {
  /** One of `PRIORITY`. */
  readonly priority: number;
  /** With fewer rows than this it is left out. */
  readonly minRows: number;
  /** More rows than this are of no use to it. */
  readonly maxRows: number;
  /** Whether it likes an empty line above it. */
  readonly isSpaced: boolean;
  /** Draws itself in at most this many rows. */
  readonly draw: (rows: number) => readonly Line[];
}

const EMPTY: Line = [];

/** A block of one line. */
export function single(priority: number, line: Line): StackBlock {
  return {
    priority,
    minRows: 1,
    maxRows: 1,
    isSpaced: false,
    draw: () => [line],
  };
}

/** Shares `rows` among blocks and draws those that fit, in their order; exactly `rows` lines. */
export function stack(blocks: readonly StackBlock[], rows: number): Line[] {
  const given = new Map<StackBlock, number>();
  let left = rows;
  for (const block of blocks.toSorted((a, b) => a.priority - b.priority)) {
    const share = Math.min(block.maxRows, left);
    if (share < block.minRows || share < 1) continue;
    given.set(block, share);
    left -= share;
  }
  const lines: Line[] = [];
  for (const block of blocks) {
    const share = given.get(block);
    if (share === undefined) continue;
    if (block.isSpaced && left > 0) {
      lines.push(EMPTY);
      left--;
    }
    lines.push(...block.draw(share));
  }
  while (lines.length < rows) lines.push(EMPTY);
  return lines;
}
