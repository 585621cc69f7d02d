import { readSavedRun } from "../run/mod.ts";
import { KarError } from "../base/mod.ts";
import { Log, type LogFormat, RotatingFile } from "./log/mod.ts";
import {
  ensureFolder,
  type Env,
  lockOf,
  logFile,
  logFolder,
  stateFile,
  stateFolder,
} from "./paths/mod.ts";
import { readState, type SavedState } from "./state_file.ts";

/** One log takes at most 60 MB. */
const LOG_BYTES_MAX = 10_000_000;
/** Older parts of a log that stay. */
export const LOG_PARTS = 5;

/** What stays of a run when its process is gone. */
export interface Persistence {
  readonly log: Log | null;
  readonly logPath: string | null;
  readonly statePath: string | null;
  close(): Promise<void>;
}

/** What is to be kept. */
export interface PersistenceOptions {
  readonly env: Env;
  readonly name: string;
  readonly keeps: "nothing" | "log" | "state";
  readonly logFormat: LogFormat;
}

/**
 * Opens log and state of a name.
 *
 * @throws {KarError} when one of them cannot be used
 */
export async function openPersistence(
  options: PersistenceOptions,
): Promise<Persistence> {
  const { env, name, keeps, logFormat } = options;
  if (keeps === "nothing") {
    const close = () => Promise.resolve();
    return { log: null, logPath: null, statePath: null, close };
  }
  const state = stateFolder(env);
  await ensureFolder(state);
  // Two processes with different runtime folders may still share this one.
  const lock = await lockOf(`${stateFile(state, name)}.lock`, name);
  try {
    const file = await openLogFile(env, name);
    const log = new Log(file, { format: logFormat, now: () => Date.now() });
    return {
      log,
      logPath: file.path,
      statePath: keeps === "state" ? stateFile(state, name) : null,
      close: () => log.close().finally(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * What the last process of a name left; null when there is nothing.
 *
 * @throws {KarError} when it cannot be used
 */
export async function readSaved(
  env: Env,
  name: string,
): Promise<SavedState | null> {
  const folder = stateFolder(env);
  await ensureFolder(folder);
  const path = stateFile(folder, name);
  const state = await readState(path);
  if (state !== null) readSavedRun(state.run, path);
  return state;
}

async function openLogFile(env: Env, name: string): Promise<RotatingFile> {
  const folder = logFolder(env);
  await ensureFolder(folder);
  const file = new RotatingFile(logFile(folder, name), {
    bytesMax: LOG_BYTES_MAX,
    parts: LOG_PARTS,
  });
  try {
    await file.open();
  } catch (error) {
    // A service that restarts on a full disk goes on, and writes when it can.
    if (!isFullDisk(error)) throw error;
  }
  return file;
}

function isFullDisk(error: unknown): boolean {
  return error instanceof KarError &&
    (error.cause as { code?: unknown } | undefined)?.code === "ENOSPC";
}
