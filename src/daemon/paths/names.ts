import { join } from "node:path";
import { KarError } from "../../base/mod.ts";
import type { Folder } from "./folders.ts";

/** The name of a run that was given none but should be found again. */
export const DEFAULT_NAME = "kar";

/** A closed set of characters: a name becomes a file's, and stands in messages. */
const NAME_REGEXP = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
/** A socket's address has 104 bytes on macOS and 108 on Linux, the final zero included. */
const SOCKET_PATH_BYTES_MAX = 103;

/** Files of one name in the runtime folder. */
export interface RuntimeFiles {
  readonly socket: string;
  readonly lock: string;
}

/** The name of a run that nobody named. */
export function nameOfProcess(pid: number): string {
  return `run-${pid}`;
}

/** Whether a text can be a name. */
export function isName(text: string): boolean {
  return NAME_REGEXP.test(text);
}

/**
 * Makes sure that a user's text can be a name.
 *
 * @throws {KarError} `usage`
 */
export function checkName(text: string): void {
  if (isName(text)) return;
  throw new KarError(
    "usage",
    `--name ${
      JSON.stringify(text.slice(0, 40))
    }: must be 1 to 32 letters, digits, - or _, beginning with a letter or a digit`,
  );
}

/** Where socket and lock of a name are. */
export function runtimeFiles({ path }: Folder, name: string): RuntimeFiles {
  return {
    socket: join(path, `${name}.sock`),
    lock: join(path, `${name}.lock`),
  };
}

/**
 * Makes sure that the system can bind a socket at a path.
 *
 * @param remedy what makes it shorter, besides another folder
 * @throws {KarError} when it is too long
 */
export function checkSocketPath(path: string, remedy = ""): void {
  const bytes = new TextEncoder().encode(path).length;
  if (bytes <= SOCKET_PATH_BYTES_MAX) return;
  throw new KarError(
    "cannotStart",
    `The socket ${path} has a path of ${bytes} bytes, at most ${SOCKET_PATH_BYTES_MAX}: ${remedy}set XDG_RUNTIME_DIR to a shorter folder`,
  );
}

/** Files that are kept of a name. */
export function stateFile({ path }: Folder, name: string): string {
  return join(path, `${name}.json`);
}

/** Where records of runs with a name are. */
export function recordFolder({ path, kind }: Folder): Folder {
  // Made by kar, wherever it lies.
  return {
    path: join(path, "records"),
    kind: kind === "own" ? "own" : "given",
  };
}

/** The log of a name; older parts of it end in `.1`, `.2`, … */
export function logFile({ path }: Folder, name: string): string {
  return join(path, `${name}.log`);
}
