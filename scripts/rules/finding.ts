/** One place that breaks a rule. */
export interface Finding {
  /** Path from the top of the project, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly text: string;
}

/** A source file of the project. */
export interface SourceFile {
  /** Path from the top of the project, with slashes. */
  readonly path: string;
  readonly source: string;
}

/** The line, from 1, on which a place of a text lies. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < index; line++) {
    i = text.indexOf("\n", i + 1);
  }
  return line;
}

/** `src/stats/layout.ts` → `stats`; undefined outside `src`. */
export function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}
