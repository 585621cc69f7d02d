import { type Line, type Span, textOf } from "./paint.ts";
import { clean, fit, widthOf } from "./width.ts";

const GAP = "  ";
/** The first column gives way to the others, but not below this. */
const FIRST_COLUMN_MIN = 8;

/**
 * Aligns rows into lines of at most `columns`: the first column to the left
 * and shortened where there is no room, all others to the right.
 *
 * @returns one line for each row, in order
 */
export function table(
  rows: readonly (readonly Span[])[],
  columns: number,
): Line[] {
  const [first = 0, ...others] = columnWidths(rows);
  const taken = others.reduce((sum, width) => sum + GAP.length + width, 0);
  const room = Math.max(FIRST_COLUMN_MIN, columns - taken);
  const widths = [Math.min(first, room), ...others];
  return rows.map((row) =>
    row.flatMap((cell, i): Span[] =>
      i === 0
        ? [fitCell(cell, widths[0]!, "left")]
        : [GAP, fitCell(cell, widths[i]!, "right")]
    )
  );
}

function columnWidths(rows: readonly (readonly Span[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, widthOf(clean(textOf(cell))));
    });
  }
  return widths;
}

function fitCell(cell: Span, width: number, align: "left" | "right"): Span {
  const text = fit(clean(textOf(cell)), width, align);
  return typeof cell === "string" ? text : [cell[0], text];
}
