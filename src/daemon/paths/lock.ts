import { setTimeout as pause } from "node:timers/promises";
import { KarError, messageOf } from "../../base/mod.ts";

/** Another process holds a lock for a moment when it looks for stale files. */
const ATTEMPTS = 10;
const ATTEMPT_PAUSE_MS = 30;
/** Bytes of a process number and its newline. */
const OWNER_BYTES_MAX = 32;

/** A lock that is held. It vanishes with the process, however that ends. */
export interface Lock {
  /** Gives it back, and removes its file; safe to call twice. */
  release(): void;
}

/**
 * Takes the lock of a file, which holds the owner's process number.
 *
 * @returns null when another process holds it
 * @throws {KarError} when something that is not a file is in its place
 */
export async function takeLock(
  path: string,
  attempts = ATTEMPTS,
): Promise<Lock | null> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const lock = await tryLock(path);
    if (lock !== null) return lock;
    if (attempt < attempts) await pause(ATTEMPT_PAUSE_MS);
  }
  return null;
}

/** Whether somebody holds the lock of a file; one that was killed leaves the file alone. */
export async function isLocked(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    return !await file.tryLock(false);
  } catch {
    return false;
  }
}

/** The number that a lock's owner wrote into it; undefined when there is none. */
export async function ownerOf(path: string): Promise<number | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(OWNER_BYTES_MAX);
    const count = await file.read(bytes) ?? 0;
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    const pid = Number.parseInt(text);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function tryLock(path: string): Promise<Lock | null> {
  await refuseUnlessFile(path);
  const file = await openLock(path);
  try {
    const isMine = await file.tryLock(true) && await isStillAt(file, path);
    if (!isMine) {
      file.close();
      return null;
    }
    await writeOwner(file);
  } catch (error) {
    file.close();
    throw unusable(path, messageOf(error));
  }
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      // Removed while it is held: who opened it meanwhile sees that it is gone.
      removeIfThere(path);
      file.close();
    },
  };
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

/** For information only; the lock holds without it, on a full disk too. */
async function writeOwner(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // Then it is a lock without a name on it.
  }
}

/** Its last owner may have removed the file between opening and locking. */
async function isStillAt(file: Deno.FsFile, path: string): Promise<boolean> {
  try {
    const [mine, there] = [await file.stat(), await Deno.lstat(path)];
    return mine.ino === there.ino && mine.dev === there.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function refuseUnlessFile(path: string): Promise<void> {
  try {
    const { isFile } = await Deno.lstat(path);
    if (!isFile) throw unusable(path, "it is not a regular file; remove it");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or its folder is: nobody can be waiting for it.
  }
}

function unusable(path: string, why: string): KarError {
  return new KarError("cannotStart", `Cannot lock ${path}: ${why}`);
}
