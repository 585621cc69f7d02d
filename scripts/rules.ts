/**
 * Checks the shape of the project, and prints each place that breaks a rule as
 * `file:line: rule: text`:
 *
 * - `direction`: imports between the folders of `src` go one way;
 * - `door`: they go through the folder's `mod.ts`, and every folder has one;
 * - `circle`: no file imports itself by way of others;
 * - `door-comment`: a `mod.ts` begins by saying what the folder is;
 * - `pure`: pure folders touch neither the system nor time nor chance;
 * - `file-size`, `function-size`, `parameters`, `folder-size`: files, functions,
 *   parameters and folders stay short;
 * - `terminal`: text comes to a terminal by one door, which shows what the
 *   terminal would obey;
 * - `protocol`: code asks what a protocol is, and compares no names;
 * - `type-name`: a type name of `src` stands for one thing;
 * - `unused-export`: what is exported is imported somewhere;
 * - `word`: no work left undone in comments, and no stale word.
 *
 * Use: `deno task check:rules`.
 */
import { checkCircles } from "./rules/circles.ts";
import { checkImports, checkPackages } from "./rules/imports.ts";
import { type Finding, folderOf, type SourceFile } from "./rules/finding.ts";
import { mask } from "./rules/mask.ts";
import { checkProtocols } from "./rules/protocols.ts";
import { checkPurity } from "./rules/purity.ts";
import { checkFolderSizes, checkSizes } from "./rules/sizes.ts";
import { checkTerminal } from "./rules/terminal.ts";
import { checkTypeNames } from "./rules/type_names.ts";
import { checkUnusedExports } from "./rules/unused_exports.ts";
import { checkDoorComment, checkWords } from "./rules/words.ts";

export type { Finding, SourceFile };

/** What is looked at: the program, its scripts and its tests, but nothing generated. */
const ROOTS = ["main.ts", "src", "scripts", "tests"];
const GENERATED = "src/gen/";

/** All findings in a project, in the order of its files. */
export function checkProject(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map(({ path }) => path));
  return [
    ...files.flatMap((file) => checkFile(file, paths)),
    ...checkCircles(files),
    ...checkTypeNames(files),
    ...checkUnusedExports(files),
    ...checkFolderSizes(paths),
    ...checkDoors(paths),
  ];
}

function checkFile(
  { path, source }: SourceFile,
  paths: ReadonlySet<string>,
): Finding[] {
  const masked = mask(source);
  // Tests look behind doors on purpose.
  const imports = path.startsWith("tests/")
    ? []
    : checkImports(path, masked, paths);
  return [
    ...imports,
    ...checkPackages(path, masked),
    ...checkProtocols(path, masked),
    ...checkPurity(path, masked),
    ...checkSizes(path, masked),
    ...checkTerminal(path, masked),
    ...checkWords(path, masked),
    ...checkDoorComment(path, masked),
  ].sort((a, b) => a.line - b.line);
}

function checkDoors(paths: ReadonlySet<string>): Finding[] {
  const folders = new Set([...paths].map(folderOf));
  return [...folders].filter((folder) =>
    folder !== undefined && !paths.has(`src/${folder}/mod.ts`)
  ).map((folder) => ({
    file: `src/${folder}`,
    line: 1,
    rule: "door",
    text: "the folder has no mod.ts",
  }));
}

/** Every TypeScript file below a path, sorted. */
async function* readSources(path: string): AsyncGenerator<SourceFile> {
  if (path.startsWith(GENERATED)) return;
  if ((await Deno.stat(path)).isFile) {
    if (path.endsWith(".ts")) {
      yield { path, source: await Deno.readTextFile(path) };
    }
    return;
  }
  const names = (await Array.fromAsync(Deno.readDir(path))).map((e) => e.name);
  for (const name of names.sort()) yield* readSources(`${path}/${name}`);
}

async function main(): Promise<number> {
  Deno.chdir(`${import.meta.dirname}/..`);
  const files: SourceFile[] = [];
  for (const root of ROOTS) {
    files.push(...await Array.fromAsync(readSources(root)));
  }
  const findings = checkProject(files);
  for (const { file, line, rule, text } of findings) {
    console.log(`${file}:${line}: ${rule}: ${text}`);
  }
  console.log(`${files.length} files, ${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
