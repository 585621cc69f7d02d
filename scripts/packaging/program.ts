/**
 * kar as plain JavaScript without a dependency: what `deno compile` embeds and
 * what the self-extracting package contains, so that testing one tests the
 * other.
 */
import { dirname, posix, resolve } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { run } from "./process.ts";
import { reachable } from "./reachable.ts";
import {
  findWorkers,
  type ProgramFile,
  rewireWorkers,
  type WorkerEntry,
} from "./workers.ts";

/** kar's version. */
export const VERSION = manifest.version;

/** The project's root. */
export const ROOT = resolve(import.meta.dirname!, "../..");

const MAIN = "main.ts";
/** A file may not be empty: the launcher takes an empty one for damaged. */
const NO_CODE = "// Nothing is left of this module but its place.\n";

/** A bundled program in a folder. */
export interface Program {
  /** The folder; `main.js` in it starts kar. */
  readonly folder: string;
  /** Paths of all its files from there, sorted. */
  readonly files: readonly string[];
  /** The scripts of its workers. */
  readonly workers: readonly string[];
}

/**
 * Bundles kar into an empty folder. Code that only some commands need stays in
 * files of its own, read when such a command runs.
 *
 * @throws Error with what the bundler said
 */
export async function bundleProgram(folder: string): Promise<Program> {
  const workers = findWorkers(await readSources());
  const files = await bundle(workers);
  for (const { path, source } of files) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, source);
  }
  await Deno.writeTextFile(`${folder}/deno.json`, settings());
  return {
    folder,
    files: [...files.map(({ path }) => path), "deno.json"].sort(),
    workers: workers.map(({ path }) => path.replace(/\.ts$/, ".js")),
  };
}

/** Every file of the program as it is written. */
export async function readSources(): Promise<ProgramFile[]> {
  const source = await Deno.readTextFile(`${ROOT}/${MAIN}`);
  return [{ path: MAIN, source }, ...await readFolder(ROOT, "src")];
}

/**
 * What the bundler makes of the program, ready to run. Each thread is bundled by
 * itself: it then holds the code that it runs, and not what others need of the
 * files that it shares with them, which is a megabyte or two of memory a thread.
 */
async function bundle(
  workers: readonly WorkerEntry[],
): Promise<readonly ProgramFile[]> {
  const entries = [MAIN, ...workers.map(({ path }) => path)];
  const byPath = new Map<string, ProgramFile>();
  // One after the other: the first one may have to download the bundler, which
  // several at once do to one and the same file.
  for (const entry of entries) {
    for (const file of await bundleEntry(entry)) byPath.set(file.path, file);
  }
  const files = rewireWorkers([...byPath.values()], workers);
  return reachable(files, "main.js")
    .map(({ path, source }) => ({ path, source: tidied(source) }));
}

/**
 * What the bundler makes of one entry, beside where the entry is. Files of two
 * entries with one name are the same: the bundler names them by what is in them.
 */
async function bundleEntry(entry: string): Promise<ProgramFile[]> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bundle-" });
  try {
    await runBundler(folder, entry);
    const files = await readFolder(folder, "");
    return files.map(({ path, source }) => ({
      path: posix.join(posix.dirname(entry), path),
      source,
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runBundler(folder: string, entry: string): Promise<void> {
  // Each thread keeps the text of what it runs: 10 MB of a run's memory less.
  const options = [
    "--quiet",
    "--code-splitting",
    "--minify",
    "--outdir",
    folder,
  ];
  const { code, output } = await run(Deno.execPath(), {
    args: ["bundle", ...options, entry],
    cwd: ROOT,
  });
  if (code !== 0) throw new Error(`Cannot bundle kar:\n${output}`);
}

/** The bundler names each module by where it was on the machine that built it. */
const PLACE_REGEXP = /(^\/\/ |")(?:\.\.\/)+[^\s"]*?\/npm\/[^\s"/]+\//gm;

function tidied(source: string): string {
  return source === "" ? NO_CODE : source.replaceAll(PLACE_REGEXP, "$1npm:");
}

/**
 * The settings beside `main.js`. They make `deno run -A main.js` all that is
 * needed to start kar, and a workspace of their own, so that Deno does not go
 * on looking for settings in the folders above.
 */
function settings(): string {
  const { unstable } = manifest;
  return JSON.stringify({ unstable, lock: false, workspace: [] }) + "\n";
}

/** All files below `root/path` with their texts, sorted by path from the root. */
async function readFolder(root: string, path: string): Promise<ProgramFile[]> {
  const files: ProgramFile[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${path}`)) {
    const inner = path === "" ? name : `${path}/${name}`;
    if (isDirectory) files.push(...await readFolder(root, inner));
    else {
      const source = await Deno.readTextFile(`${root}/${inner}`);
      files.push({ path: inner, source });
    }
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}
