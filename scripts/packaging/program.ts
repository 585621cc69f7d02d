/**
 * kar as plain JavaScript without a dependency: what `deno compile` embeds and
 * what the self-extracting package contains, so that testing one tests the
 * other.
 */
import manifest from "../../deno.json" with { type: "json" };
import { run } from "./process.ts";
import {
  findWorkers,
  type ProgramFile,
  rewireWorkers,
  type WorkerEntry,
} from "./workers.ts";

/** kar's version. */
export const VERSION = manifest.version;

/** The project's root. */
export const ROOT = new URL("../..", import.meta.url).pathname
  .replace(/\/$/, "");

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
  await bundle(folder, workers);
  const bundled = await readFolder(folder, "");
  for (const { path, source } of rewireWorkers(bundled, workers)) {
    await Deno.writeTextFile(
      `${folder}/${path}`,
      source === "" ? NO_CODE : source,
    );
  }
  await Deno.writeTextFile(`${folder}/deno.json`, settings());
  return {
    folder,
    files: [...bundled.map(({ path }) => path), "deno.json"].sort(),
    workers: workers.map(({ path }) => path.replace(/\.ts$/, ".js")),
  };
}

/** Every file of the program as it is written. */
export async function readSources(): Promise<ProgramFile[]> {
  const source = await Deno.readTextFile(`${ROOT}/${MAIN}`);
  return [{ path: MAIN, source }, ...await readFolder(ROOT, "src")];
}

async function bundle(
  folder: string,
  workers: readonly WorkerEntry[],
): Promise<void> {
  const entries = [MAIN, ...workers.map(({ path }) => path)];
  const { code, output } = await run(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--code-splitting",
      "--outdir",
      folder,
      ...entries,
    ],
    cwd: ROOT,
  });
  if (code !== 0) throw new Error(`Cannot bundle kar:\n${output}`);
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
