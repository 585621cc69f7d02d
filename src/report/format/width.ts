import { printable } from "../../base/mod.ts";

/*
 * Text in a terminal: how many columns it takes, how to cut it, how to make a
 * stranger's text harmless. Where a terminal might disagree on a width, ours
 * is the larger, so that a line never runs over.
 */

/** First and last code points that take two columns (Unicode 16, East Asian Width W and F), emoji aside. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d37f],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

const PLAIN_REGEXP = /^[\x20-\x7e]*$/;
const WIDE_EMOJI_REGEXP = /^\p{Emoji_Presentation}$/u;
const MARK_REGEXP = /[\p{Mn}\p{Me}]/gu;
const ELLIPSIS = "…";

/**
 * Makes any text fit for one line of known width: printable, without combining
 * marks (terminals disagree on their width), any blank a space.
 */
export function clean(text: string): string {
  if (PLAIN_REGEXP.test(text)) return text;
  return printable(text.normalize("NFC")).replace(/\s/gu, " ")
    .replace(MARK_REGEXP, "");
}

/** Columns that a clean text takes. */
export function widthOf(text: string): number {
  if (PLAIN_REGEXP.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += isWide(char) ? 2 : 1;
  return columns;
}

function isWide(char: string): boolean {
  const point = char.codePointAt(0)!;
  if (point < WIDE[0]![0]) return false;
  return WIDE_EMOJI_REGEXP.test(char) ||
    WIDE.some(([first, last]) => point >= first && point <= last);
}

/** Cuts a clean text to at most `columns`, with an ellipsis where something is missing. */
export function truncate(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let used = 0;
  for (const char of text) {
    const width = isWide(char) ? 2 : 1;
    if (used + width > columns - 1) break;
    kept += char;
    used += width;
  }
  return kept + ELLIPSIS;
}

/** Cuts or fills a clean text to exactly `columns`. */
export function fit(
  text: string,
  columns: number,
  align: "left" | "right" = "left",
): string {
  const cut = truncate(text, columns);
  const space = " ".repeat(Math.max(0, columns - widthOf(cut)));
  return align === "left" ? cut + space : space + cut;
}

/** Breaks a clean text into lines of at most `columns`: at spaces, and inside a word that is longer. */
export function wrap(text: string, columns: number): string[] {
  return filled(text.split(" ").flatMap((w) => pieces(w, columns)), columns);
}

/**
 * Breaks lines that are longer than `columns` at spaces, and keeps their
 * indentation. A longer word stays whole, so that a URL can be copied.
 */
export function wrapLines(text: string, columns: number): string {
  return text.split("\n").flatMap((line) => {
    if (widthOf(line) <= columns) return [line];
    const indent = /^ */.exec(line)![0];
    const words = line.slice(indent.length).split(" ");
    return filled(words, columns - indent.length).map((each) => indent + each);
  }).join("\n");
}

/** Words in lines of at most `columns`, but for a word that is longer. */
function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A word in pieces of at most `columns`, each at least one character. */
function pieces(word: string, columns: number): string[] {
  const cut: string[] = [];
  let piece = "";
  for (const char of word) {
    if (piece !== "" && widthOf(piece + char) > columns) {
      cut.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...cut, piece];
}

/** What stands for each of our own signs where there is no Unicode; one column for one. */
const ASCII = new Map([
  ...pairs("▁▂▃▄▅▆▇█", "._:-=+*#"),
  ...pairs("▏▎▍▌▋▊▉", "..:-=+*"),
  ...pairs("─│┤┬┼└", "-|++++"),
  ...pairs("…–µ·×", ".-u.x"),
  ...pairs("●░▒", "*.="),
  ...pairs("◆▲○", ">!o"),
]);

function pairs(from: string, to: string): [string, string][] {
  return [...from].map((char, i) => [char, to[i]!]);
}

/** Replaces everything beyond ASCII, keeping the width. */
export function toAscii(text: string): string {
  if (PLAIN_REGEXP.test(text)) return text;
  let ascii = "";
  for (const char of text) {
    ascii += char <= "~"
      ? char
      : ASCII.get(char) ?? "?".repeat(isWide(char) ? 2 : 1);
  }
  return ascii;
}
