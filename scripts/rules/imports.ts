import { dirname, join } from "node:path/posix";
import { type Finding, folderOf, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/**
 * Which folders of `src` a folder may import. Whatever stands in a row stands
 * above it, so there can be no cycle (a test checks that).
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = layers([
  ["base", ""],
  ["gen", ""],
  ["serving", "base"],
  ["protocol", ""],
  ["access", ""],
  ["trace", "base"],
  ["request", "base protocol"],
  ["pattern", "base"],
  ["threshold", "base pattern"],
  ["config", "base protocol request pattern threshold"],
  ["draft", "base protocol"],
  ["discover", ""],
  ["import", "base draft"],
  ["doctor", ""],
  ["script", "base protocol request"],
  ["plan", "base trace protocol request config draft pattern threshold"],
  ["arrivals", "base trace protocol pattern plan"],
  ["learn", "base trace access draft pattern plan arrivals"],
  ["merge", "base trace pattern plan arrivals"],
  ["fleet", "base pattern plan arrivals merge"],
  ["nats", "base fleet"],
  ["transport", "base trace protocol gen request script plan"],
  ["stats", "base protocol pattern plan arrivals merge transport threshold"],
  ["verdict", "base protocol pattern plan merge stats threshold"],
  [
    "verify",
    "base trace access pattern plan arrivals merge stats threshold verdict",
  ],
  ["journey", "base request script plan transport stats"],
  ["health", "base protocol pattern plan transport stats verdict"],
  [
    "worker",
    "base trace protocol request script pattern plan arrivals transport stats journey",
  ],
  [
    "run",
    "base trace protocol request pattern plan arrivals merge transport stats journey health worker threshold verdict",
  ],
  ["observer", "base stats run"],
  ["compare", "base stats"],
  [
    "record",
    "base trace protocol pattern plan arrivals merge stats threshold verdict run observer",
  ],
  [
    "report",
    "base protocol request pattern plan merge transport stats threshold verdict",
  ],
  ["page", "base protocol pattern plan stats report serving"],
  [
    "metrics",
    "base protocol pattern plan transport stats threshold report serving",
  ],
  [
    "screen",
    "base protocol request draft pattern plan transport stats threshold report",
  ],
  ["echo", "base protocol gen serving"],
  [
    "daemon",
    "base protocol gen serving request config pattern plan arrivals transport stats health run observer record metrics report threshold verdict",
  ],
  [
    "cli",
    "base trace protocol access learn compare request script config draft import discover doctor pattern plan arrivals transport stats journey run observer record metrics report page screen echo daemon threshold verdict verify serving merge fleet nats",
  ],
]);

function layers(
  rows: readonly (readonly [folder: string, below: string])[],
): Record<string, readonly string[]> {
  return Object.fromEntries(
    rows.map(([folder, below]) => [folder, below.split(" ").filter(Boolean)]),
  );
}

/** Generated code has no door: each file is one. */
const WITHOUT_DOOR = "gen";

/** One import of a file of the project. */
export interface Import {
  /** Path from the top of the project of what is imported. */
  readonly path: string;
  readonly index: number;
}

/**
 * Checks that the imports of a file point one way and go through doors.
 *
 * @param paths every file of the project, to know which folders have doors
 */
export function checkImports(
  path: string,
  masked: Masked,
  paths: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  for (const imported of importsOf(path, masked)) {
    const line = lineAt(masked.source, imported.index);
    for (
      const text of [direction(path, imported), door(path, imported, paths)]
    ) {
      if (text !== undefined) {
        findings.push({ file: path, line, ...text });
      }
    }
  }
  return findings;
}

/** Packages that one folder alone may import: what it needs stands behind its port. */
const PACKAGES_OF: Readonly<Record<string, string>> = { "@nats-io/": "nats" };

/** Checks that a package is imported by its own folder alone. */
export function checkPackages(path: string, masked: Masked): Finding[] {
  const from = folderOf(path);
  if (from === undefined) return [];
  return Object.entries(PACKAGES_OF).flatMap(([name, folder]) => {
    const at = masked.source.indexOf(`"${name}`);
    if (from === folder || at < 0) return [];
    const line = lineAt(masked.source, at);
    const text = `src/${from} must not import ${name}*; src/${folder} may`;
    return [{ file: path, line, rule: "direction", text }];
  });
}

type Broken = Pick<Finding, "rule" | "text"> | undefined;

function direction(path: string, imported: Import): Broken {
  const from = folderOf(path);
  const to = folderOf(imported.path);
  if (from === undefined || to === undefined || from === to) return undefined;
  const allowed = MAY_IMPORT[from];
  if (allowed?.includes(to)) return undefined;
  const rule = "direction";
  return allowed === undefined
    ? {
      rule,
      text: `src/${from} is not in the list of scripts/rules/imports.ts`,
    }
    : { rule, text: `src/${from} must not import src/${to}` };
}

function door(
  path: string,
  imported: Import,
  paths: ReadonlySet<string>,
): Broken {
  if (folderOf(imported.path) === WITHOUT_DOOR) return undefined;
  // The innermost folder with a door that this import enters.
  let folder = dirname(imported.path);
  while (folder !== "." && !`${path}/`.startsWith(`${folder}/`)) {
    const mod = `${folder}/mod.ts`;
    if (paths.has(mod)) {
      if (imported.path === mod) return undefined;
      return { rule: "door", text: `import ${mod}, not ${imported.path}` };
    }
    folder = dirname(folder);
  }
  return undefined;
}

/** Every relative import, export from, and import() of a TypeScript file. */
export function* importsOf(
  path: string,
  { code, source }: Masked,
): Generator<Import> {
  const regExp = /\b(?:from|import)\s*\(?\s*(["'])/g;
  for (const match of code.matchAll(regExp)) {
    const start = match.index + match[0].length;
    const specifier = source.slice(start, source.indexOf(match[1]!, start));
    if (specifier.startsWith(".") && specifier.endsWith(".ts")) {
      yield { path: join(dirname(path), specifier), index: match.index };
    }
  }
}
