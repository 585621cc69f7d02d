import { dirname, join } from "node:path/posix";
import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { mask, type Masked } from "./mask.ts";

/** Stands for every name of a file. */
const ALL = "*";

/** A name that a file takes from another one, and perhaps exports again. */
interface Link {
  readonly isExport: boolean;
  readonly path: string;
  readonly name: string;
  /** The name under which it is exported again. */
  readonly as: string;
  readonly index: number;
}

/** What a file declares and exports, and what it takes from others. */
interface Names {
  readonly declared: ReadonlyMap<string, number>;
  readonly links: readonly Link[];
}

/**
 * Finds exports of the program and its scripts that no other file imports,
 * directly or through doors. Tests count, since they may look at a part of a
 * file alone. A type may be exported for functions that take or return it, but
 * doors export nothing again that is not imported.
 */
export function checkUnusedExports(files: readonly SourceFile[]): Finding[] {
  const namesOf = new Map(
    files.map(({ path, source }) => [path, namesIn(path, mask(source))]),
  );
  const used = usedNames(namesOf);
  return files.filter(({ path }) => !path.startsWith("tests/")).flatMap(
    ({ path, source }) => {
      const { declared, links } = namesOf.get(path)!;
      const again = links.filter(({ isExport, as }) => isExport && as !== ALL);
      return [
        ...declared,
        ...again.map(({ as, index }) => [as, index] as const),
      ].filter(([name]) => !used.has(`${path}#${name}`)).map((
        [name, index],
      ) => ({
        file: path,
        line: lineAt(source, index),
        rule: "unused-export",
        text: `no other file imports ${name}`,
      }));
    },
  );
}

/** `FILE#NAME` of all that is imported, followed through doors to where it is declared. */
function usedNames(namesOf: ReadonlyMap<string, Names>): ReadonlySet<string> {
  const used = new Set<string>();

  function use(path: string, name: string): void {
    const names = namesOf.get(path);
    if (names === undefined || used.has(`${path}#${name}`)) return;
    used.add(`${path}#${name}`);
    const again = names.links.filter(({ isExport }) => isExport);
    if (name === ALL) {
      for (const each of names.declared.keys()) use(path, each);
      for (const { as } of again) use(path, as);
    }
    for (const link of again) {
      if (link.as === name) use(link.path, link.name);
      else if (link.as === ALL) use(link.path, name);
    }
  }

  for (const { links } of namesOf.values()) {
    for (const { isExport, path, name } of links) {
      if (!isExport) use(path, name);
    }
  }
  return used;
}

function namesIn(path: string, masked: Masked): Names {
  const found = [...masked.code.matchAll(DECLARED)].filter(([, kind, name]) =>
    !["interface", "type"].includes(kind!) || !isNamedAgain(masked.code, name!)
  );
  return {
    declared: new Map(found.map(({ 2: name, index }) => [name!, index])),
    links: [...linksIn(path, masked)],
  };
}

const DECLARED =
  /^export (?:(?:declare|abstract|async) )*(function|const|let|class|interface|type|enum)\b\*? *([\w$]+)/gm;

function isNamedAgain(code: string, name: string): boolean {
  return code.split(new RegExp(`(?<![\\w$])${name}(?![\\w$])`)).length > 2;
}

/** `import { a } from "…`, `export * from "…`, `const { a } = await import("…`, `import("…`. */
const LINK =
  /(?:\b(import|export)\s+(?:type\s+)?|\bconst\s+(?=\{[^}]*\}\s*=\s*await))(\{[^}]*\}|\*)(?:\s+as\s+\w+)?\s*(?:from\s*|=\s*await\s+import\(\s*)["']|\bimport\(\s*["']/g;

function* linksIn(path: string, { code, source }: Masked): Generator<Link> {
  for (
    const { 0: text, 1: word, 2: list = ALL, index } of code.matchAll(LINK)
  ) {
    const start = index + text.length;
    const specifier = source.slice(
      start,
      source.indexOf(code[start - 1]!, start),
    );
    const from = join(dirname(path), specifier);
    const names = list === ALL ? [["", ALL, ALL]] : list.matchAll(LISTED);
    for (const [, name, as = name] of names) {
      const isExport = word === "export";
      yield { isExport, path: from, name: name!, as: as!, index };
    }
  }
}

/** `a`, `type a`, `a as b` of a list in braces, and `a: b` of a destructured one. */
const LISTED = /(?:\btype\s+)?([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?/g;
