import { type Look, type Run, runsOf } from "./cells.ts";

/** Whole pixels, so that bars side by side leave no gap. */
const COLUMN_PX = 9;
const ROW_PX = 20;
const FONT_PX = 15;
const MARGIN_PX = 16;
/** From a row's top to the foot of its letters. */
const FOOT_PX = 15;
const GROUND = "#0b1622";
const INK = "#d8e2ec";
const DIM_OPACITY = 0.6;
const FONTS =
  "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** A part of a character's cell, from 0 to 1, and how much of it is ink. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly opacity: number;
}

/** Equal bars side by side. */
interface Bar {
  readonly at: number;
  length: number;
  readonly block: Block;
}

/**
 * A terminal's screen as a picture. Bars are drawn and not written: fonts
 * leave gaps between them.
 *
 * @param screen as `tmux capture-pane -e` gives it
 * @param title what a screen reader says of it
 */
export function svgOf(
  screen: string,
  { title, columns, rows }: {
    readonly title: string;
    readonly columns: number;
    readonly rows: number;
  },
): string {
  const width = px(columns * COLUMN_PX + 2 * MARGIN_PX);
  const height = px(rows * ROW_PX + 2 * MARGIN_PX);
  let look: Look = {};
  const parts = screen.split("\n").slice(0, rows).flatMap((line, row) => {
    const { runs, end } = runsOf(line, look);
    look = end;
    return runs.flatMap((run) => drawn(run, row));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FONTS}" font-size="${FONT_PX}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>
${parts.join("\n")}
</svg>
`;
}

function drawn({ column, text, look }: Run, row: number): string[] {
  const chars = [...text];
  const ground = look.inverse
    ? [rect({ column, row, columns: chars.length, fill: look.color ?? INK })]
    : [];
  const fill = look.inverse ? GROUND : look.color ?? INK;
  const bars = barsOf(chars).map(({ at, length, block }) =>
    rect({ column: column + at, row, columns: length, fill, block })
  );
  const letters = chars.map((char) => blockOf(char) === null ? char : " ");
  return [
    ...ground,
    ...bars,
    ...words(letters.join(""), { column, row, fill, look }),
  ];
}

/** Bars that look alike and touch are one. */
function barsOf(chars: readonly string[]): Bar[] {
  const bars: Bar[] = [];
  chars.forEach((char, at) => {
    const block = blockOf(char);
    if (block === null) return;
    const last = bars.at(-1);
    const goesOn = last !== undefined && last.at + last.length === at &&
      chars[at - 1] === char && block.x === 1;
    if (goesOn) last.length++;
    else bars.push({ at, length: 1, block });
  });
  return bars;
}

/** Each word at its own place, so that no font can shift what is behind it. */
function words(
  text: string,
  { column, row, fill, look }: {
    readonly column: number;
    readonly row: number;
    readonly fill: string;
    readonly look: Look;
  },
): string[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => {
    const x = px(MARGIN_PX + (column + index) * COLUMN_PX);
    const y = px(MARGIN_PX + row * ROW_PX + FOOT_PX);
    const length = px([...word].length * COLUMN_PX);
    const weight = look.bold ? ' font-weight="bold"' : "";
    const opacity = look.dim ? ` opacity="${DIM_OPACITY}"` : "";
    return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}${opacity}>${
      escaped(word)
    }</text>`;
  });
}

function rect({ column, row, columns, fill, block }: {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly fill: string;
  readonly block?: Block;
}): string {
  const { x, y, opacity } = block ?? { x: 1, y: 1, opacity: 1 };
  const left = px(MARGIN_PX + column * COLUMN_PX);
  const top = px(MARGIN_PX + (row + 1 - y) * ROW_PX);
  const faint = opacity < 1 ? ` opacity="${opacity}"` : "";
  return `<rect x="${left}" y="${top}" width="${
    px(columns * x * COLUMN_PX)
  }" height="${px(y * ROW_PX)}" fill="${fill}"${faint}/>`;
}

/** What a block element of Unicode fills; null for any other character. */
function blockOf(char: string): Block | null {
  const code = char.codePointAt(0)!;
  if (code >= 0x2581 && code <= 0x2588) {
    return { x: 1, y: (code - 0x2580) / 8, opacity: 1 };
  }
  if (code >= 0x2589 && code <= 0x258f) {
    return { x: (0x2590 - code) / 8, y: 1, opacity: 1 };
  }
  if (code >= 0x2591 && code <= 0x2593) {
    return { x: 1, y: 1, opacity: (code - 0x2590) / 4 };
  }
  return null;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
