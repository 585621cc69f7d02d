import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { mask } from "./mask.ts";

/**
 * The words of RFC 9113 that the sample server and the client both have. They
 * mean the same in both, which share no code so that they can test each other.
 */
const SHARED = new Set(["Frame", "FrameReader", "FrameWriter"]);

const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:type|interface|class) ([A-Za-z]\w*)/gm;

/** Finds exported type names of `src` that stand for two things. */
export function checkTypeNames(files: readonly SourceFile[]): Finding[] {
  const first = new Map<string, string>();
  return files.filter(({ path }) => path.startsWith("src/"))
    .flatMap(({ path, source }) =>
      [...mask(source).code.matchAll(EXPORTED)].flatMap((match) => {
        const name = match[1]!;
        const other = first.get(name) ?? path;
        first.set(name, other);
        if (other === path || SHARED.has(name)) return [];
        const text = `${name} is declared in ${other}, too; rename one`;
        const line = lineAt(source, match.index);
        return [{ file: path, line, rule: "type-name", text }];
      })
    );
}
