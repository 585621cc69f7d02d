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
  const rest = spans.reduce(
    (rest, [start, end]) =>
      rest.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") +
      rest.slice(end),
    text,
  ).replaceAll(
    /\/\*[^]*?\*\//g,
    (comment) => comment.replaceAll(/[^\n]/g, " "),
  );
  rest.split("\n").forEach((line, i) => {
    if (!EMPTY_LINE.test(line)) {
      left.add(`line ${i + 1}: ${line.trim().slice(0, LINE_CHARS_MAX)}`);
    }
  });
}
