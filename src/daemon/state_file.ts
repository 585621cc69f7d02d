import { KarError, messageOf } from "../base/mod.ts";
import type { SavedRun } from "../run/mod.ts";

/** Bytes of a state; a run with 64 targets has about one million. */
const BYTES_MAX = 64 * 2 ** 20;

/** What a process leaves for its successor. */
export interface SavedState {
  readonly version: 1;
  /** When it was saved, ISO 8601 in UTC. */
  readonly savedAt: string;
  /** The seed, which may have been drawn. */
  readonly seed: number;
  readonly run: SavedRun;
}

/**
 * Reads what the last process of a name left.
 *
 * @returns null when there is nothing
 * @throws {KarError} when it cannot be read, or is no state
 */
export async function readState(path: string): Promise<SavedState | null> {
  let text: string;
  try {
    const info = await Deno.lstat(path);
    if (!info.isFile) throw unusable(path, "it is not a regular file");
    if (info.size > BYTES_MAX) throw unusable(path, "it is too large");
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error instanceof KarError ? error : unusable(path, messageOf(error));
  }
  return parse(path, text);
}

/**
 * Replaces the state as a whole: whatever happens, the old one or the new one
 * is there.
 *
 * @throws {KarError} when it cannot be written; the old one stays
 */
export async function writeState(
  path: string,
  state: SavedState,
): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await removeIfThere(temporary);
    await writeNew(temporary, JSON.stringify(state));
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary).catch(() => {});
    throw new KarError(
      "cannotStart",
      `Cannot save the state in ${path}: ${messageOf(error)}`,
    );
  }
}

function parse(path: string, text: string): SavedState {
  try {
    const state: unknown = JSON.parse(text);
    if (isState(state)) return state;
  } catch {
    // Told below: to its reader it is all the same.
  }
  throw unusable(path, "it is not a state of this version of kar");
}

function isState(value: unknown): value is SavedState {
  if (typeof value !== "object" || value === null) return false;
  const { version, seed, run } = value as Partial<SavedState>;
  return version === 1 && Number.isSafeInteger(seed) &&
    typeof run === "object" && run !== null;
}

async function writeNew(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await file.write(rest));
  // Without this a power cut just after the rename could leave an empty file.
  await file.syncData();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function unusable(path: string, why: string): KarError {
  return new KarError(
    "cannotStart",
    `Cannot resume from ${path}: ${why}; remove it to start over`,
  );
}
