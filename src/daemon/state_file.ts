import { KarError, messageOf, Unfit, Untrusted } from "../base/mod.ts";
import type { SavedRun } from "../run/mod.ts";

/** Bytes of a state; a run with 64 targets has about one million. */
const BYTES_MAX = 64 * 2 ** 20;

/** An instant in ISO 8601, and room to spare. */
const SAVED_AT_CHARS_MAX = 64;

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
 * @throws {KarError} when it cannot be read, or is not a state
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
  let state: Untrusted;
  try {
    state = new Untrusted(JSON.parse(text), "state");
  } catch {
    throw unusable(path, "it is not a state of this version of kar");
  }
  try {
    return {
      version: state.at("version").oneOf([1] as const),
      savedAt: state.at("savedAt").text(SAVED_AT_CHARS_MAX),
      seed: state.at("seed").whole(0, Number.MAX_SAFE_INTEGER),
      // `src/run` reads what is inside.
      run: state.at("run").object() as unknown as SavedRun,
    };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw unusable(path, error.message);
  }
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
