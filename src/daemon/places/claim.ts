import { basename } from "node:path";
import { KarError, messageOf } from "../../base/mod.ts";
import { ensureFolder, type Folder } from "./folders.ts";
import { type Lock, ownerOf, takeLock } from "./lock.ts";
import { checkSocketPath, isName, runtimeFiles } from "./names.ts";

/** Files that are looked at when stale ones are cleaned up. */
const SWEEP_MAX = 1000;

/** A name that this process has, and nobody else. */
export interface Claim {
  readonly name: string;
  /** Where its control socket goes; nothing is there. */
  readonly socket: string;
  release(): void;
}

/**
 * Takes a name, and clears away what a process that was killed left behind.
 *
 * @throws {KarError} when the name is in use, or the folder cannot be used
 */
export async function claimName(folder: Folder, name: string): Promise<Claim> {
  const { socket, lock: path } = runtimeFiles(folder, name);
  checkSocketPath(socket);
  await ensureFolder(folder);
  const lock = await lockOf(path, name);
  try {
    await removeSocket(socket);
  } catch (error) {
    lock.release();
    throw error;
  }
  await sweep(folder);
  return { name, socket, release: () => lock.release() };
}

/**
 * Takes the lock that goes with a name.
 *
 * @throws {KarError} when it is held
 */
export async function lockOf(path: string, name: string): Promise<Lock> {
  const lock = await takeLock(path);
  if (lock !== null) return lock;
  const pid = await ownerOf(path);
  const who = pid === undefined ? "" : ` (process ${pid})`;
  throw new KarError(
    "cannotStart",
    `"${name}" is already running${who}: stop it with kar stop --name ${name}, or choose another --name`,
  );
}

/** Removes a socket that nobody listens on; anything else stays where it is. */
async function removeSocket(path: string): Promise<void> {
  try {
    const { isSocket } = await Deno.lstat(path);
    if (isSocket) return await Deno.remove(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw inTheWay(path, messageOf(error));
  }
  throw inTheWay(path, "it is not a socket; remove it");
}

/** Clears away sockets and locks of processes that are gone. */
async function sweep(folder: Folder): Promise<void> {
  let seen = 0;
  for await (const { name: file } of Deno.readDir(folder.path)) {
    const name = basename(file, ".lock");
    if (++seen > SWEEP_MAX) return;
    if (file.endsWith(".lock") && isName(name)) await clear(folder, name);
  }
}

async function clear(folder: Folder, name: string): Promise<void> {
  const { socket, lock: path } = runtimeFiles(folder, name);
  try {
    const lock = await takeLock(path, 1);
    if (lock === null) return;
    await removeSocket(socket).finally(() => lock.release());
  } catch {
    // Whoever wants that name is told what is wrong with it.
  }
}

function inTheWay(path: string, why: string): KarError {
  return new KarError(
    "cannotStart",
    `The control socket cannot be at ${path}: ${why}`,
  );
}
