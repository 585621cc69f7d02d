import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** Work left undone does not hide in a comment. */
const UNDONE = /\b(?:TODO|FIXME|XXX|HACK)\b/g;

/** Names that things had before, and documents that are not in the project. */
const STALE = /\bDESIGN\b/g;

/** Words that have no place in a comment. */
export function checkWords(path: string, masked: Masked): Finding[] {
  const find = (words: RegExp, mend: string) =>
    [...masked.comments.matchAll(words)].map((match) => ({
      file: path,
      line: lineAt(masked.source, match.index),
      rule: "word",
      text: `${match[0]}: ${mend}`,
    }));
  return [
    ...find(UNDONE, "do it, or write an issue"),
    ...find(STALE, "say what it is called now"),
  ];
}

const FIRST_COMMENT = /^\s*\/\*\*[^]*?\*\//;

/** A door opens with what the folder is. */
export function checkDoorComment(path: string, { source }: Masked): Finding[] {
  if (!/^src\/.*\/mod\.ts$/.test(path)) return [];
  if (FIRST_COMMENT.exec(source)?.[0].includes("@module")) return [];
  const text = "begin with a doc comment that ends with @module";
  return [{ file: path, line: 1, rule: "door-comment", text }];
}
