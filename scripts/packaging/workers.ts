/**
 * Worker threads in the bundle.
 *
 * The bundler follows imports, but leaves `new URL("./entry.ts",
 * import.meta.url)` as it stands: the script of a worker has to be an entry of
 * its own, and its address has to be written anew.
 */
import { posix } from "node:path";
import { mask } from "../rules/mask.ts";

/** A file of the program: its path from the project's root, and its text. */
export interface ProgramFile {
  readonly path: string;
  readonly source: string;
}

/** The script of a worker. */
export interface WorkerEntry {
  /** Where it is, such as `src/worker/entry.ts`. */
  readonly path: string;
  /** As the code that starts it writes it, such as `./entry.ts`. */
  readonly written: string;
}

/** A thread, or a process of its own, which is started with a script in the same way. */
const WORKER_REGEXP = /(?:\bnew\s+Worker|(?<!function\s+)\bstartProcess)\s*\(/g;
/** What `deno compile --bundle` would follow too. */
const SHAPE_REGEXP =
  /(?:new\s+Worker|startProcess)\(\s*new\s+URL\("(\.{1,2}\/[\w./-]+\.ts)",\s*import\.meta\.url\)\.href/y;
const META_REGEXP = /\bimport\s*\.\s*meta\b/g;

/**
 * The scripts of all workers that the program starts, sorted by path.
 *
 * @throws Error for a file that starts one in another way than the only one
 *   that can be followed, or that looks for files beside itself
 */
export function findWorkers(files: readonly ProgramFile[]): WorkerEntry[] {
  const entries = new Map<string, WorkerEntry>();
  for (const file of files) {
    for (const entry of workersOf(file)) entries.set(entry.path, entry);
  }
  const found = [...entries.values()]
    .sort((a, b) => a.path < b.path ? -1 : 1);
  assertDistinct(found);
  return found;
}

function workersOf({ path, source }: ProgramFile): WorkerEntry[] {
  const { code } = mask(source);
  const starts = [...code.matchAll(WORKER_REGEXP)];
  if (starts.length < [...code.matchAll(META_REGEXP)].length) {
    throw new Error(
      `${path}: uses import.meta for something else than a worker; a bundle has no files beside it`,
    );
  }
  return starts.map(({ index }) => {
    SHAPE_REGEXP.lastIndex = index;
    const written = SHAPE_REGEXP.exec(source)?.[1];
    if (written !== undefined) {
      return { path: posix.join(posix.dirname(path), written), written };
    }
    throw new Error(
      `${path}: a bundle cannot follow this worker; write new Worker(new URL("./file.ts", import.meta.url).href, …)`,
    );
  });
}

/** In the bundle the address as it is written is all that tells which one is meant. */
function assertDistinct(entries: readonly WorkerEntry[]): void {
  for (const { path, written } of entries) {
    const twin = entries.find((other) =>
      other.written === written && other.path !== path
    );
    if (twin === undefined) continue;
    throw new Error(
      `${path} and ${twin.path} are both started as ${written}: rename one`,
    );
  }
}

const ADDRESS_REGEXP = /new URL\("([^"]+)",\s*import\.meta\.url\)/g;

/**
 * The bundle's files with the address of each worker pointing at its bundled
 * script: `src/worker/entry.ts` has become `src/worker/entry.js`.
 *
 * @throws Error when a worker is started nowhere
 */
export function rewireWorkers(
  files: readonly ProgramFile[],
  entries: readonly WorkerEntry[],
): ProgramFile[] {
  const started = new Set<string>();
  const rewired = files.map(({ path, source }) => ({
    path,
    source: source.replaceAll(ADDRESS_REGEXP, (address, written: string) => {
      const entry = entries.find((entry) => entry.written === written);
      if (entry === undefined) return address;
      started.add(entry.path);
      const script = posix.relative(
        posix.dirname(path),
        entry.path.replace(/\.ts$/, ".js"),
      );
      return `new URL("./${script}", import.meta.url)`;
    }),
  }));
  const lost = entries.find(({ path }) => !started.has(path));
  if (lost === undefined) return rewired;
  throw new Error(`${lost.path}: the bundle starts no worker with this script`);
}
