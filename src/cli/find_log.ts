import { basename } from "node:path";
import { KarError } from "../base/mod.ts";
import { ask } from "../daemon/ask/mod.ts";
import {
  type Env,
  type Folder,
  isName,
  listRunning,
  logFile,
  logFolder,
  type Running,
  SERVICE_LOG_FOLDER,
} from "../daemon/paths/mod.ts";
import { checkOperable, type NameFlag } from "./operate.ts";
import type { System } from "./system.ts";

/** Logs that are looked at when no name is given. */
const LOGS_MAX = 1000;

/** A log that a command may mean. */
interface Found {
  readonly name: string;
  readonly path: string;
}

/**
 * The log that a command means: that of a run, or one that a run has left.
 *
 * @throws {KarError} `notRunning` when there is none; `usage` when there are
 *   several to choose from
 */
export async function findLog(
  system: System,
  { name }: NameFlag,
): Promise<string> {
  const { env } = system;
  checkOperable(system);
  const runs = (await listRunning(env))
    .filter((run) => name === undefined || run.name === name);
  if (runs.length > 0) return await logOf(only(runs));
  const folders = searched(env);
  const left = (await Promise.all(folders.map(logsIn))).flat()
    .filter((log) => name === undefined || log.name === name);
  if (left.length > 0) return only(left).path;
  const where = folders.map(({ path }) => path).join(" or ");
  throw new KarError(
    "notRunning",
    name === undefined
      ? `No log: nothing is running, and no log file is in ${where}`
      : `No log of "${name}": it is not running, and no ${name}.log is in ${where}`,
  );
}

/** Where a run says that its log is. */
async function logOf({ name, socket }: Running): Promise<string> {
  const { logFile } = await ask(socket, (client) => client.status({}));
  if (logFile !== "") return logFile;
  throw new KarError(
    "usage",
    `"${name}" has no log file: its lines go to where it was started; a run with a --name keeps one`,
  );
}

/** The user's own folder, and that of the system's service. */
function searched(env: Env): Folder[] {
  return [logFolder(env), { path: SERVICE_LOG_FOLDER, kind: "given" }];
}

async function logsIn(folder: Folder): Promise<Found[]> {
  const found: Found[] = [];
  try {
    for await (const { name: file, isFile } of Deno.readDir(folder.path)) {
      const name = basename(file, ".log");
      const isLog = isFile && file.endsWith(".log") && isName(name);
      if (isLog) found.push({ name, path: logFile(folder, name) });
      if (found.length >= LOGS_MAX) break;
    }
  } catch {
    // A folder that is not there, or not ours to read, has none for us.
  }
  return found;
}

function only<Item extends { readonly name: string }>(
  items: readonly Item[],
): Item {
  if (items.length === 1) return items[0]!;
  const names = items.map(({ name }) => name).toSorted().join(", ");
  throw new KarError(
    "usage",
    `There are several: ${names}; say which one with --name`,
  );
}
