import { isAbsolute, join } from "node:path";
import { KarError, messageOf } from "../../base/mod.ts";

/** Variables of the environment. */
export type Env = (name: string) => string | undefined;

/** A folder that kar keeps things in. */
export interface Folder {
  readonly path: string;
  /**
   * `own`: kar makes it, for its user alone. `given`: the service manager made
   * it, and may have put a link in its place.
   */
  readonly kind: "own" | "given";
}

/** Where the units in `configs/systemd` keep sockets and logs, for commands that run outside them. */
export const SERVICE_RUNTIME_FOLDER = "/run/kar98k";
export const SERVICE_LOG_FOLDER = "/var/log/kar98k";

const READ_BY_USER = 0o500;
const WRITE_BY_USER = 0o700;
const GROUP_OR_OTHERS = 0o077;
const WRITE_BY_GROUP_OR_OTHERS = 0o022;

/** Sockets and locks: what means nothing after a restart of the machine. */
export function runtimeFolder(env: Env): Folder {
  const given = givenFolder(env, "RUNTIME_DIRECTORY");
  if (given !== undefined) return given;
  const base = absolute(env, "XDG_RUNTIME_DIR");
  return {
    path: base ? join(base, "kar98k") : sharedFolder(),
    kind: "own",
  };
}

/**
 * What a successor needs.
 *
 * @throws {KarError} when neither a state folder nor a home is known
 */
export function stateFolder(env: Env): Folder {
  const given = givenFolder(env, "STATE_DIRECTORY");
  if (given !== undefined) return given;
  const base = absolute(env, "XDG_STATE_HOME");
  if (base) return { path: join(base, "kar98k"), kind: "own" };
  const home = absolute(env, "HOME");
  if (home) return { path: join(home, ".local/state/kar98k"), kind: "own" };
  throw new KarError(
    "cannotStart",
    "No folder for kar's state: set HOME, XDG_STATE_HOME or STATE_DIRECTORY to a folder",
  );
}

/** Logs: a folder of their own where the service manager gives one, else beside the state. */
export function logFolder(env: Env): Folder {
  return givenFolder(env, "LOGS_DIRECTORY") ?? stateFolder(env);
}

/**
 * Makes a folder if it is not there yet, and makes sure that nobody but the
 * user can change what is in it.
 *
 * @throws {KarError} that says what is wrong with it
 */
export async function ensureFolder(folder: Folder): Promise<void> {
  await make(folder);
  const wrong = await wrongWith(folder, WRITE_BY_USER);
  if (wrong !== null) throw refused(folder, wrong);
}

/**
 * Looks whether a folder is there, and whether it can be trusted.
 *
 * @throws {KarError} when it is there and cannot be trusted
 */
export async function hasFolder(folder: Folder): Promise<boolean> {
  try {
    const wrong = await wrongWith(folder, READ_BY_USER);
    if (wrong === null) return true;
    throw refused(folder, wrong);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof KarError) throw error;
    throw refused(folder, messageOf(error));
  }
}

/** Below what all users share: someone else may have been there first. */
function sharedFolder(): string {
  return `/tmp/kar98k-${Deno.uid()}`;
}

/** Service managers give a list; kar's unit asks for one folder. */
function givenFolder(env: Env, variable: string): Folder | undefined {
  const [path] = (env(variable) ?? "").split(":");
  return path ? { path, kind: "given" } : undefined;
}

function absolute(env: Env, variable: string): string | undefined {
  const path = env(variable);
  if (!path || isAbsolute(path)) return path;
  throw new KarError(
    "cannotStart",
    `${variable}=${path}: must be an absolute path; correct it, or unset it`,
  );
}

async function make(folder: Folder): Promise<void> {
  try {
    await Deno.mkdir(folder.path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Something that is not a folder may be in its place; the check says what.
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw refused(
      folder,
      error instanceof Deno.errors.PermissionDenied
        ? "no permission to make it"
        : messageOf(error),
    );
  }
}

/** Why a folder cannot be used and trusted; null when it can. */
async function wrongWith(
  { path, kind }: Folder,
  needed: number,
): Promise<string | null> {
  // An own folder is never reached through a link: someone else could turn it.
  const info = await (kind === "own" ? Deno.lstat(path) : Deno.stat(path));
  if (info.isSymlink) return "is a symbolic link, must be a folder; remove it";
  if (!info.isDirectory) return "is not a folder; remove it";
  const me = Deno.uid();
  if (info.uid !== me) {
    return `belongs to user ${info.uid}, not to you (user ${me})`;
  }
  const bits = (info.mode ?? 0) & 0o777;
  const tooOpen = kind === "own" ? GROUP_OR_OTHERS : WRITE_BY_GROUP_OR_OTHERS;
  const what = (bits & tooOpen) !== 0
    ? "is open to other users"
    : (bits & needed) !== needed
    ? "is closed to you"
    : null;
  if (what === null) return null;
  return `${what} (mode ${bits.toString(8)}); run: chmod 700 ${path}`;
}

function refused({ path }: Folder, why: string): KarError {
  const hint = path === sharedFolder()
    ? "; or set XDG_RUNTIME_DIR to a folder of your own"
    : "";
  return new KarError(
    "cannotStart",
    `Cannot use folder ${path}: ${why}${hint}`,
  );
}
