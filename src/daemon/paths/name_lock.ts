import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KarError, messageOf } from "../../base/mod.ts";
import { ensureFolder, type Folder } from "./folders.ts";
import { type Lock, ownerOf, takeLock } from "./lock.ts";
import { checkSocketPath, isName, runtimeFiles } from "./names.ts";
import { probe } from "./running.ts";

/** Files that are looked at when stale ones are cleaned up. */
const SWEEP_MAX = 1000;

/** A process that is killed lets go of its lock a moment before its socket. */
const PROBES = 10;
const PROBE_PAUSE_MS = 30;

/** A name that this process has, and nobody else. */
export interface NameLock {
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
export async function lockName(
  folder: Folder,
  name: string,
): Promise<NameLock> {
  const { socket, lock: path } = runtimeFiles(folder, name);
  checkSocketPath(socket, "use a shorter --name, or ");
  await ensureFolder(folder);
  const lock = await lockOf(path, name);
  try {
    await removeSocket(socket, PROBES);
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
async function removeSocket(path: string, probes: number): Promise<void> {
  try {
    if (!(await Deno.lstat(path)).isSocket) {
      throw inTheWay(path, "it is not a socket; remove it");
    }
    if (!await isAbandoned(path, probes)) {
      throw inTheWay(
        path,
        "another program listens there; end it, or choose another --name",
      );
    }
    await Deno.remove(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error instanceof KarError ? error : inTheWay(path, messageOf(error));
  }
}

/** Whether nobody listens, at one of several looks. */
async function isAbandoned(path: string, probes: number): Promise<boolean> {
  for (let i = 1; i <= probes; i++) {
    if (await probe(path) === "nobody") return true;
    if (i < probes) await pause(PROBE_PAUSE_MS);
  }
  return false;
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
    await removeSocket(socket, 1).finally(() => lock.release());
  } catch {
    // A process that takes that name reports what is wrong with it.
  }
}

function inTheWay(path: string, why: string): KarError {
  return new KarError(
    "cannotStart",
    `The control socket cannot be at ${path}: ${why}`,
  );
}
