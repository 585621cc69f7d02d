import { join } from "node:path";
import { isoTime } from "../../base/mod.ts";
import { ensureFolder, type Env, hasFolder, stateFolder } from "./folders.ts";
import { recordFolder } from "./names.ts";

/** Files that are looked at; older ones than that are none of kar's making. */
const FILES_MAX = 10_000;
/** `NAME-20261124T120000Z.kar`, of a name that may hold dashes itself. */
const FILE_REGEXP =
  /^([A-Za-z0-9][A-Za-z0-9_-]{0,31})-(\d{8}T\d{6}Z(?:-\d+)?)\.kar$/;

const byNumber = new Intl.Collator("en", { numeric: true });

/** A record that is kept of a run with a name. */
export interface KeptRecord {
  readonly name: string;
  readonly path: string;
  /** When it was begun, as its file says; later ones sort behind it. */
  readonly begun: string;
  readonly bytes: number;
}

/** The records in the state folder, the oldest first; of one name, or of all. */
export async function listRecords(
  env: Env,
  name?: string,
): Promise<KeptRecord[]> {
  const folder = recordFolder(stateFolder(env));
  if (!await hasFolder(folder)) return [];
  const found: KeptRecord[] = [];
  let files = 0;
  for await (const { name: file, isFile } of Deno.readDir(folder.path)) {
    if (++files > FILES_MAX) break;
    const match = isFile ? FILE_REGEXP.exec(file) : null;
    if (match === null || (name !== undefined && match[1] !== name)) continue;
    const path = join(folder.path, file);
    // While it is written, what is new lies beside it.
    const bytes = await sizeOf(path) +
      Math.max(0, await sizeOf(`${path}-wal`));
    found.push({ name: match[1]!, begun: match[2]!, path, bytes });
  }
  return found.sort((a, b) =>
    byNumber.compare(a.begun, b.begun) || byNumber.compare(a.name, b.name)
  );
}

/**
 * Where the record of a run that begins now is to be written.
 *
 * @throws {KarError} when the folder cannot be used
 */
export async function newRecord(
  env: Env,
  name: string,
  wallMs: number,
): Promise<string> {
  const folder = recordFolder(stateFolder(env));
  await ensureFolder(stateFolder(env));
  await ensureFolder(folder);
  const second = isoTime(Math.floor(wallMs / 1000) * 1000)
    .replace(/[-:]/g, "");
  // Of one second the later one sorts behind, also where an earlier one is gone.
  const numbers = (await listRecords(env, name))
    .filter(({ begun }) => begun.startsWith(second))
    .map(({ begun }) => Number(begun.split("-")[1] ?? 1));
  const number = Math.max(0, ...numbers) + 1;
  const more = number === 1 ? "" : `-${number}`;
  return join(folder.path, `${name}-${second}${more}.kar`);
}

/** Removes the oldest records of a name, but for so many. */
export async function pruneRecords(
  env: Env,
  name: string,
  keep: number,
): Promise<void> {
  const all = await listRecords(env, name);
  for (const { path } of all.slice(0, Math.max(0, all.length - keep))) {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      await Deno.remove(file).catch(() => {});
    }
  }
}

/** Bytes of a file; −1 = there is none. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return -1;
  }
}
