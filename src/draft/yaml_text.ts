import { printable } from "../base/mod.ts";

/** Characters of a comment's line; a longer one is cut. */
const COMMENT_CHARS_MAX = 400;

/** Never `1e+21`, which is text in YAML 1.2's JSON form only by luck. */
export function number(value: number): string {
  return Number.isFinite(value) ? String(value) : quoted(String(value));
}

/** JSON's strings are YAML's double-quoted ones. */
export function quoted(text: string): string {
  return escaped(JSON.stringify(text.toWellFormed()));
}

/** YAML counts these as the end of a line, or does not allow them at all. */
export function escaped(json: string): string {
  return json
    .replaceAll(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** One line that ends nothing and hides nothing. */
export function comment(text: string): string {
  const line = printable(text);
  return line.length <= COMMENT_CHARS_MAX
    ? line
    : `${line.slice(0, COMMENT_CHARS_MAX - 1).toWellFormed()}…`;
}

/** A line one level deeper. */
export function indented(line: string): string {
  return `  ${line}`;
}
