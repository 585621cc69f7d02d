import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { mask } from "./mask.ts";

/**
 * The words of RFC 9113 that the sample server and the client both have. They
 * mean the same in both, which share no code so that they can test each other.
 */
const SHARED = new Set(["Frame", "FrameReader", "FrameWriter"]);

const DECLARED =
  /^(export )?(?:declare )?(?:abstract )?(?:type|interface|class) ([A-Za-z]\w*)/gm;

/** One type as a file declares it. */
interface Declared {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly isExported: boolean;
}

/**
 * Finds type names of `src` that stand for two things. Two files may have a
 * type of the same name only if both keep it to themselves.
 */
export function checkTypeNames(files: readonly SourceFile[]): Finding[] {
  const all = files.filter(({ path }) => path.startsWith("src/"))
    .flatMap(declaredIn);
  const byName = Map.groupBy(all, ({ name }) => name);
  return all.flatMap((each) => {
    const others = byName.get(each.name)!.filter(({ file, isExported }) =>
      file !== each.file && (isExported || each.isExported)
    );
    const other = others[0];
    if (other === undefined || SHARED.has(each.name)) return [];
    const text = `${each.name} is declared in ${other.file}, too; rename one`;
    return [{ file: each.file, line: each.line, rule: "type-name", text }];
  });
}

function declaredIn({ path, source }: SourceFile): Declared[] {
  return [...mask(source).code.matchAll(DECLARED)].map((match) => ({
    name: match[2]!,
    file: path,
    line: lineAt(source, match.index),
    isExported: match[1] !== undefined,
  }));
}
