import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { importsOf } from "./imports.ts";
import { mask } from "./mask.ts";

/**
 * Finds files that import each other in a circle, types included: none of them
 * can be understood before the others. Each circle is found where a walk along
 * the imports, in the order of the files, comes back onto its own way.
 */
export function checkCircles(files: readonly SourceFile[]): Finding[] {
  const sources = new Map(files.map(({ path, source }) => [path, source]));
  const findings: Finding[] = [];
  const done = new Set<string>();

  function walk(path: string, way: readonly string[]): void {
    const source = sources.get(path);
    if (source === undefined || done.has(path)) return;
    const here = [...way, path];
    for (const imported of importsOf(path, mask(source))) {
      const from = here.indexOf(imported.path);
      if (from < 0) walk(imported.path, here);
      else {
        const line = lineAt(source, imported.index);
        findings.push(circle(path, line, here.slice(from)));
      }
    }
    done.add(path);
  }

  for (const { path } of files) walk(path, []);
  return findings;
}

function circle(file: string, line: number, way: readonly string[]): Finding {
  const text = `imports in a circle: ${[...way, way[0]].join(" → ")}`;
  return { file, line, rule: "circle", text };
}
