import { basename } from "node:path";
import { KarError, messageOf } from "../../base/mod.ts";
import {
  type Env,
  type Folder,
  hasFolder,
  runtimeFolder,
  SERVICE_RUNTIME_FOLDER,
} from "./folders.ts";
import { isName, runtimeFiles } from "./names.ts";

/** Upper bound of sockets that are probed. */
const SOCKETS_MAX = 256;

/** A run that listens. */
export interface Running {
  readonly name: string;
  readonly socket: string;
}

/** What became of probing a socket. */
type Probe = "open" | "nobody" | "forbidden";

/**
 * The run that a command means: the one of a name, or the only one.
 *
 * @throws {KarError} `notRunning` that names what was looked for; `usage` when
 *   there are several to choose from
 */
export async function findRunning(
  env: Env,
  name?: string,
): Promise<Running> {
  const folders = await searched(env);
  if (name !== undefined) return await named(folders, name);
  const found = await listRunning(env);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const names = found.map((each) => each.name).join(", ");
    throw new KarError(
      "usage",
      `Several are running: ${names}; say which one with --name`,
    );
  }
  throw notRunning(
    `Nothing is running: no control socket answers in ${pathsOf(folders)}`,
  );
}

/** Everything that runs and that this user can reach, by name. */
export async function listRunning(env: Env): Promise<Running[]> {
  const found: Running[] = [];
  for (const folder of await searched(env)) {
    for (const each of await socketsIn(folder)) {
      if (await isListening(each.socket)) found.push(each);
    }
  }
  return found.toSorted((a, b) => a.name < b.name ? -1 : 1);
}

async function named(
  folders: readonly Folder[],
  name: string,
): Promise<Running> {
  const candidates = folders.map((folder) => runtimeFiles(folder, name).socket);
  for (const socket of candidates) {
    const answer = await probe(socket);
    if (answer === "open") return { name, socket };
    if (answer === "forbidden") throw forbidden(socket);
  }
  throw notRunning(
    `"${name}" is not running: nothing answers at ${
      candidates.join(" or ") || pathsOf(folders)
    }`,
  );
}

/** The user's own folder, and that of the system's service where there is one. */
async function searched(env: Env): Promise<Folder[]> {
  const own = runtimeFolder(env);
  await hasFolder(own);
  const isService = own.path === SERVICE_RUNTIME_FOLDER;
  const service: Folder = { path: SERVICE_RUNTIME_FOLDER, kind: "given" };
  return isService || !await isThere(service.path) ? [own] : [own, service];
}

async function socketsIn(folder: Folder): Promise<Running[]> {
  const found: Running[] = [];
  try {
    for await (const { name: file } of Deno.readDir(folder.path)) {
      const name = basename(file, ".sock");
      const isOne = file.endsWith(".sock") && isName(name);
      if (isOne) {
        found.push({ name, socket: runtimeFiles(folder, name).socket });
      }
      if (found.length >= SOCKETS_MAX) break;
    }
  } catch {
    // A folder that is not there, or not ours to read, has none for us.
  }
  return found;
}

/** Whether somebody listens on a socket that this user can reach. */
export async function isListening(socket: string): Promise<boolean> {
  try {
    return await probe(socket) === "open";
  } catch {
    return false;
  }
}

/**
 * Probes a socket without saying anything.
 *
 * @throws {KarError} when it is not a socket, or cannot be reached
 */
export async function probe(socket: string): Promise<Probe> {
  try {
    if (!(await Deno.lstat(socket)).isSocket) throw notASocket(socket);
    (await Deno.connect({ transport: "unix", path: socket })).close();
    return "open";
  } catch (error) {
    if (error instanceof KarError) throw error;
    if (error instanceof Deno.errors.NotFound) return "nobody";
    // A process that was killed leaves its socket behind.
    if (error instanceof Deno.errors.ConnectionRefused) return "nobody";
    if (error instanceof Deno.errors.PermissionDenied) return "forbidden";
    // Its accept queue is full, so a process listens.
    if (error instanceof Deno.errors.WouldBlock) return "open";
    throw new KarError(
      "cannotStart",
      `Cannot reach the control socket ${socket}: ${messageOf(error)}`,
    );
  }
}

/** Whether there is a socket at a path, be it that somebody listens or not. */
export async function isSocket(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isSocket === true;
  } catch {
    return false;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

function pathsOf(folders: readonly Folder[]): string {
  return folders.map(({ path }) => path).join(" or ");
}

function notRunning(what: string): KarError {
  return new KarError(
    "notRunning",
    `${what}; start one with kar start --daemon or kar run`,
  );
}

function notASocket(socket: string): KarError {
  return new KarError(
    "cannotStart",
    `${socket} is not a control socket: remove it`,
  );
}

function forbidden(socket: string): KarError {
  return new KarError(
    "cannotStart",
    `The control socket ${socket} belongs to another user: run the command as that user`,
  );
}
