import { checkProject } from "../../scripts/rules.ts";

/**
 * Findings of a small project in memory, each as `file:line: rule`. Its files
 * export what nobody imports, which has a test of its own.
 */
export function check(sources: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(sources)
    .map(([path, source]) => ({ path, source }));
  return checkProject(files).filter(({ rule }) => rule !== "unused-export")
    .map(({ file, line, rule }) => `${file}:${line}: ${rule}`);
}

/** What a folder's door begins with. */
export const DOOR = "/**\n * What it is.\n *\n * @module\n */\n";
