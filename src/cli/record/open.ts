import { dirname, resolve } from "node:path";
import manifest from "../../../deno.json" with { type: "json" };
import { KarError, messageOf } from "../../base/mod.ts";
import type { Config } from "../../config/mod.ts";
import {
  DEFAULT_NAME,
  listRecords,
  type Lock,
  newRecord,
  ownerOf,
  pruneRecords,
  removeTemporary,
  sweepTemporary,
  takeLock,
  temporaryRecord,
} from "../../daemon/paths/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import { openWriter, RecordObserver } from "../../record/mod.ts";
import type { System } from "../system.ts";
import type { StripeFlag } from "../values.ts";

/** The flags that decide whether and where a record is kept. */
export interface RecordFlags {
  readonly record?: string | undefined;
  readonly name?: string | undefined;
  readonly resume?: true | undefined;
  readonly stripe?: StripeFlag | undefined;
}

/** How often another one is asked for its lock. */
const LOCK_ATTEMPTS = 3;

/**
 * Opens the record of a run: the file that a flag names, one under the state
 * folder for a run with a name, or a temporary one where something is made of
 * it.
 *
 * @returns null where there is none
 * @throws {KarError} when a file that a flag names cannot be written; one that
 *   nobody asked for is told, and the run goes on without it
 */
export async function openRecord(
  system: System,
  flags: RecordFlags,
  { config, tell, isNeeded, fleet }: {
    readonly config: Pick<Config, "record">;
    readonly tell: Tell;
    /** Something is made of it: without one that is kept, one until the end of the run. */
    readonly isNeeded: boolean;
    /** The run of a fleet that it is a part of. */
    readonly fleet?: string | undefined;
  },
): Promise<OpenedRecord | null> {
  const { enabled, max_size: maxBytes } = config.record;
  await sweepTemporary(system.env);
  const about = { ...aboutOf(system, flags), fleet };
  const open = async (path: string, isKept = true): Promise<RecordObserver> => {
    const isNew = !await isThere(path);
    const lock = await lockOf(path);
    try {
      const writer = await openWriter({ path, maxBytes });
      const release = (isEmpty: boolean) => {
        if (isEmpty && isNew) removeIfThere(path);
        lock.release();
      };
      const { wallMs } = system;
      const options = { writer, about, wallMs, tell, release, isKept };
      return new RecordObserver(options);
    } catch (error) {
      lock.release();
      throw error;
    }
  };
  const temporary = async () => {
    if (!isNeeded) return null;
    const path = await temporaryRecord(system.env, system.pid);
    const observer = await open(path, false);
    return { observer, discard: () => removeTemporary(path) };
  };
  if (flags.record !== undefined) {
    return kept(await open(await namedFile(flags.record, flags)));
  }
  if (!enabled || !isKept(flags)) return await temporary();
  try {
    return kept(await open(await keptFile(system, flags, config)));
  } catch (error) {
    tell(`No record is kept: ${messageOf(error)}`, "warn");
    return await temporary();
  }
}

/** A record that is written. */
export interface OpenedRecord {
  readonly observer: RecordObserver;
  /** Called when nobody reads it any more: removes one that is not kept. */
  readonly discard: () => Promise<void>;
}

function kept(observer: RecordObserver): OpenedRecord {
  return { observer, discard: () => Promise.resolve() };
}

/** A run with a name of its own is worth keeping. */
function isKept({ name, resume }: RecordFlags): boolean {
  return name !== undefined || resume === true;
}

/** The file that a flag names: a new one, unless the run goes on. */
async function namedFile(
  record: string,
  { resume }: RecordFlags,
): Promise<string> {
  const path = resolve(record);
  if (!await isThere(dirname(path))) {
    throw new KarError(
      "cannotStart",
      `Cannot write the record ${path}: its folder does not exist: create it, or choose another path`,
    );
  }
  if (await isFolder(path)) {
    throw new KarError(
      "cannotStart",
      `Cannot write the record ${path}: it is a folder: name a file in it`,
    );
  }
  if (resume !== true && await isThere(path)) {
    throw new KarError(
      "cannotStart",
      `Cannot write the record ${path}: the file is there already; name another one, or remove it`,
    );
  }
  return path;
}

async function keptFile(
  { env, wallMs }: System,
  { name = DEFAULT_NAME, resume }: RecordFlags,
  { record: { keep } }: Pick<Config, "record">,
): Promise<string> {
  const last = resume ? (await listRecords(env, name)).at(-1) : undefined;
  if (last !== undefined) return last.path;
  const path = await newRecord(env, name, wallMs());
  await pruneRecords(env, name, keep - 1);
  return path;
}

/** Two writers would both be let in, and each would count anew. */
async function lockOf(path: string): Promise<Lock> {
  const file = `${path}.lock`;
  const lock = await takeLock(file, LOCK_ATTEMPTS).catch((error) => {
    throw new KarError(
      "cannotStart",
      `Cannot write the record ${path}: ${messageOf(error)}`,
    );
  });
  if (lock !== null) return lock;
  const owner = await ownerOf(file);
  const who = owner === undefined ? "another process" : `process ${owner}`;
  throw new KarError(
    "cannotStart",
    `Cannot write the record ${path}: ${who} writes it; name another file`,
  );
}

function aboutOf({ runtime }: System, { stripe }: RecordFlags) {
  return {
    kar: manifest.version,
    machine: {
      host: Deno.hostname(),
      os: runtime.os,
      arch: runtime.arch,
      cores: navigator.hardwareConcurrency,
      deno: runtime.deno,
    },
    part: stripe?.index ?? 1,
    parts: stripe?.count ?? 1,
  };
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It never came about.
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    // An empty file, such as `mktemp` makes, holds no record yet.
    return (await Deno.stat(path)).size > 0;
  } catch {
    return false;
  }
}
