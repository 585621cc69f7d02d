import { join } from "node:path";
import { KarError } from "../../base/mod.ts";
import {
  ensureFolder,
  type Env,
  type Folder,
  hasFolder,
  runtimeFolder,
  stateFolder,
} from "./folders.ts";
import { isLocked, takeLock } from "./lock.ts";

/** Files that are looked at. */
const FILES_MAX = 10_000;
/** A record of nobody's name or a trace, and what SQLite and kar put beside them. */
const FILE_REGEXP =
  /^(run-\d+-[0-9a-f]{8}\.kar(?:trace)?)(?:-wal|-shm|-journal|\.lock)?$/;
const BESIDE = ["", "-wal", "-shm", "-journal", ".lock"];
const NAME_BYTES = 4;

/**
 * Where the record of a run that keeps none is written until its end.
 *
 * @throws {KarError} when there is no folder for it
 */
export function temporaryRecord(env: Env, pid: number): Promise<string> {
  return temporaryFile(env, { pid, ending: "kar" });
}

/** A file that nobody but its process keeps. */
export interface TemporaryFile {
  readonly path: string;
  /** Removes it. */
  readonly remove: () => Promise<void>;
}

/**
 * Where a trace is packed that goes with its replay. Of one whose process was
 * killed the next run makes an end.
 *
 * @throws {KarError} when there is no folder for it
 */
export async function temporaryTrace(
  env: Env,
  pid: number,
): Promise<TemporaryFile> {
  const path = await temporaryFile(env, { pid, ending: "kartrace" });
  const lock = await takeLock(`${path}.lock`);
  return {
    path,
    remove: async () => {
      await removeTemporary(path);
      lock?.release();
    },
  };
}

async function temporaryFile(
  env: Env,
  { pid, ending }: { readonly pid: number; readonly ending: string },
): Promise<string> {
  const folder = await usableFolder(env);
  const drawn = crypto.getRandomValues(new Uint8Array(NAME_BYTES)).toHex();
  return join(folder.path, `run-${pid}-${drawn}.${ending}`);
}

/** Removes such a file, and what lies beside it. */
export async function removeTemporary(path: string): Promise<void> {
  for (const end of BESIDE) await Deno.remove(path + end).catch(() => {});
}

/** Removes what processes that were killed have left behind. Never throws. */
export async function sweepTemporary(env: Env): Promise<void> {
  for (const folder of foldersFor(env)) {
    try {
      if (await hasFolder(folder)) await sweep(folder.path);
    } catch {
      // Whoever wants to write there is told what is wrong with it.
    }
  }
}

async function sweep(folder: string): Promise<void> {
  const left = new Set<string>();
  let files = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (++files > FILES_MAX) break;
    const file = FILE_REGEXP.exec(name)?.[1];
    if (file !== undefined) left.add(join(folder, file));
  }
  for (const path of left) {
    if (!await isLocked(`${path}.lock`)) await removeTemporary(path);
  }
}

async function usableFolder(env: Env): Promise<Folder> {
  let wrong: unknown;
  for (const folder of foldersFor(env)) {
    try {
      await ensureFolder(folder);
      return folder;
    } catch (error) {
      wrong ??= error;
    }
  }
  throw wrong;
}

/** With the state, where there is room on a disk; else where sockets are. */
function foldersFor(env: Env): Folder[] {
  return [stateFolder, runtimeFolder].flatMap((of) => {
    try {
      const { path, kind } = of(env);
      return [{ path: join(path, "temporary"), kind }];
    } catch (error) {
      if (error instanceof KarError) return [];
      throw error;
    }
  });
}
