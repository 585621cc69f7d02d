import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** Work left undone does not hide in a comment. */
const UNDONE = /\b(?:TODO|FIXME|XXX|HACK)\b/g;
const CONSOLE = /(?<![.\w$])console\s*\./g;
/** Where standard output is the point. The command line has `System` for it. */
const MAY_PRINT = /^(?:scripts|tests)\//;

/** Words that have no place in the project. */
export function checkWords(path: string, masked: Masked): Finding[] {
  const undone = [...masked.comments.matchAll(UNDONE)]
    .map((match) => ({ match, text: `${match[0]}: do it, or write an issue` }));
  const printed = MAY_PRINT.test(path) ? [] : [...masked.code.matchAll(CONSOLE)]
    .map((match) => ({ match, text: "console: hand the text to the caller" }));
  return [...undone, ...printed].map(({ match, text }) => ({
    file: path,
    line: lineAt(masked.source, match.index),
    rule: "word",
    text,
  }));
}

const FIRST_COMMENT = /^\s*\/\*\*[^]*?\*\//;

/** A door opens with what the folder is. */
export function checkDoorComment(path: string, { source }: Masked): Finding[] {
  if (!/^src\/.*\/mod\.ts$/.test(path)) return [];
  if (FIRST_COMMENT.exec(source)?.[0].includes("@module")) return [];
  const text = "begin with a doc comment that ends with @module";
  return [{ file: path, line: 1, rule: "door-comment", text }];
}
