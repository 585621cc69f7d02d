/*
 * The one door for text from outside (an error of a server, a header's value, a
 * name in a file) on its way to a terminal, a log, a page or a label: whatever a
 * terminal would obey, or a reader could not see, is shown by its code.
 *
 *     ESC ] 0 ; x BEL     \x1b]0;x\x07
 *     U+202E              \u202e
 *     U+E0041             \u{e0041}
 *
 * What it gives is plain and comes out unchanged when it goes through once more.
 */

/**
 * What is never shown as it is: controls (C0, C1, DEL), format characters
 * (bidirectional marks, zero widths, tags), halves of pairs, private and
 * unassigned code points, separators of lines and paragraphs, and letters that
 * are drawn as nothing. Variation selectors stay, since they only choose how
 * the character before them looks.
 */
const UNPRINTABLE_REGEXP =
  /[\p{C}\p{Zl}\p{Zp}]|(?!\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/gu;
const PLAIN_REGEXP = /^[\x20-\x7e]*$/;
/** What has a name of its own, in the languages that most people know. */
const SHORT_ESCAPES = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);
/** What a text of several lines is laid out with. */
const LAYOUT = "\n\t";
const ELLIPSIS = "…";

/** How much of a text from outside a message shows, unless it says otherwise. */
export const EXCERPT_CHARS_MAX = 200;

/** Any text as one line on which every character can be seen. */
export function printable(text: string): string {
  return PLAIN_REGEXP.test(text)
    ? text
    : text.replace(UNPRINTABLE_REGEXP, escapeOf);
}

/** Any text as lines on which every character can be seen; tabs stay as well. */
export function printableLines(text: string): string {
  return text.replace(
    UNPRINTABLE_REGEXP,
    (char) => LAYOUT.includes(char) ? char : escapeOf(char),
  );
}

/** The beginning of a text from outside, as one printable line; cut where it ends in `…`. */
export function excerpt(text: string, charsMax = EXCERPT_CHARS_MAX): string {
  // An escape is longer than what it stands for, so more is never needed.
  const head = text.slice(0, charsMax + 1);
  const whole = printable(head);
  if (head === text && whole.length <= charsMax) return whole;
  let kept = "";
  for (const char of head) {
    const shown = printable(char);
    if (kept.length + shown.length > charsMax - 1) break;
    kept += shown;
  }
  return kept + ELLIPSIS;
}

/** A value as JSON that means the same and holds nothing unprintable but its line breaks. */
export function printableJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).split("\n")
    .map((line) => line.replace(UNPRINTABLE_REGEXP, jsonEscapeOf)).join("\n");
}

function escapeOf(char: string): string {
  const short = SHORT_ESCAPES.get(char);
  if (short !== undefined) return short;
  const point = char.codePointAt(0)!;
  const hex = point.toString(16);
  if (point < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return point < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

function jsonEscapeOf(char: string): string {
  let escapes = "";
  for (let i = 0; i < char.length; i++) {
    escapes += `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }
  return escapes;
}
