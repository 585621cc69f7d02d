import { mask } from "./mask.ts";

/** One import of a script's file. */
export interface ScriptImport {
  readonly specifier: string;
  /** From the first character of what stands between the quotes to behind the last. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly col: number;
}

/** Something that is not allowed in a script. */
export interface ScriptFinding {
  readonly line: number;
  readonly col: number;
  readonly message: string;
}

const STATIC_REGEXPS = [
  /(?<![.\w$#])import\s*(["'])/g,
  /(?<![.\w$#])(?:import|export)\b[^"'`;()=]*?\bfrom\s*(["'])/g,
] as const;
const DYNAMIC_REGEXP = /(?<![.\w$#])import\s*(?:\.\s*\w+\s*)?\(/g;
const META_REGEXP = /(?<![.\w$#])import\s*\.\s*meta\b/g;
const RELATIVE_REGEXP = /^\.{1,2}\/[^?#:]*\.(?:ts|mts|js|mjs)$/;

/** The imports of a file without types, and what may not stand in it. */
export function importsOf(source: string): {
  readonly imports: readonly ScriptImport[];
  readonly findings: readonly ScriptFinding[];
} {
  const { code } = mask(source);
  const imports = STATIC_REGEXPS.flatMap((regExp) =>
    [...code.matchAll(regExp)].map((match) => {
      const start = match.index + match[0].length;
      const end = code.indexOf(match[1]!, start);
      return {
        specifier: source.slice(start, end),
        ...{ start, end },
        ...placeAt(source, start - 1),
      };
    })
  ).sort((a, b) => a.start - b.start);
  const findings = [
    ...imports.flatMap(({ specifier, line, col }) => {
      const message = complaintOf(specifier);
      return message === null ? [] : [{ line, col, message }];
    }),
    ...[...code.matchAll(DYNAMIC_REGEXP)].map(({ index }) => ({
      ...placeAt(source, index),
      message: "must not import while it runs: write import … from at the top",
    })),
    ...[...code.matchAll(META_REGEXP)].map(({ index }) => ({
      ...placeAt(source, index),
      message: "must not use import.meta: a script has no file beside it",
    })),
  ];
  return { imports, findings };
}

function complaintOf(specifier: string): string | null {
  if (/^\.{1,2}\/.*\.d\.m?ts$/.test(specifier)) {
    return "must be import type: a declaration file has nothing to run";
  }
  return RELATIVE_REGEXP.test(specifier) && !specifier.includes("\\")
    ? null
    : "must import files beside it only, such as ./sign.ts: no npm, jsr, node or https";
}

/** Line and column, both from 1, of a place in a text. */
function placeAt(
  text: string,
  index: number,
): { readonly line: number; readonly col: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, col: before.at(-1)!.length + 1 };
}
