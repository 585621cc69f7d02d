import type { LeftOut } from "../types.ts";

const LINE_CHARS_MAX = 100;

/** A stretch of the script that was understood. */
export type ScriptSpan = readonly [start: number, end: number];

/** Lines that say nothing by themselves. */
const EMPTY_LINE =
  /^[\s{}()[\];,]*$|^\s*(?:import\b.*\bfrom\s+['"]k6(?:\/http)?['"];?|export\s+default\s+(?:async\s+)?(?:function\b[^{]*|\(\s*\w*\s*\)\s*=>)[\s{}();]*|\/\/.*)\s*$/;

/** Names every line of which nothing was taken. */
export function tellRest(
  text: string,
  spans: readonly ScriptSpan[],
  left: LeftOut,
): void {
  withoutComments(withoutSpans(text, spans)).split("\n").forEach((line, i) => {
    if (!EMPTY_LINE.test(line)) {
      left.add(`line ${i + 1}: ${line.trim().slice(0, LINE_CHARS_MAX)}`);
    }
  });
}

/** Each line stays where it is, so that its number does. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}

/** The text without stretches of it, which may overlap; in one pass, however many. */
function withoutSpans(text: string, spans: readonly ScriptSpan[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    parts.push(text.slice(at, from), blank(text.slice(from, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** A comment that nobody ends is looked for once only. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf("/*", at);
    const end = start < 0 ? -1 : text.indexOf("*/", start + 2);
    if (end < 0) return parts.join("") + text.slice(at);
    parts.push(text.slice(at, start), blank(text.slice(start, end + 2)));
    at = end + 2;
  }
}
