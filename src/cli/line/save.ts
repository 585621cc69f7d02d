import { KarError } from "../../base/mod.ts";
import { checkReport, writeFailure } from "../../report/mod.ts";

/** Where a config goes, and whether a file that is there may be replaced. */
export interface SaveTo {
  readonly path: string;
  readonly force?: true | undefined;
}

/**
 * Makes sure that a config can be written, before anything is sent.
 *
 * @throws {KarError} as `saveConfig` would
 */
export async function checkSave(
  path: string,
  force: true | undefined,
): Promise<void> {
  if (await isFolder(path)) throw aFolder(path);
  if (force !== true && await exists(path)) throw anotherFile(path);
  // What is beyond, such as a full disk, only writing shows.
  await checkReport(path);
}

/**
 * Writes a config, and never replaces a file unless told to.
 *
 * @throws {KarError} `usage` where there is a file, `cannotStart` where none can be written
 */
export async function saveConfig(
  text: string,
  { path, force }: SaveTo,
): Promise<void> {
  try {
    if (await isFolder(path)) {
      throw aFolder(path);
    }
    await Deno.writeTextFile(path, text, { createNew: force !== true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw anotherFile(path);
    }
    throw error instanceof KarError ? error : new KarError(
      "cannotStart",
      `--save ${path}: cannot be written: ${writeFailure(error)}`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function aFolder(path: string): KarError {
  return new KarError("usage", `--save ${path} is a folder: name a file`);
}

function anotherFile(path: string): KarError {
  return new KarError(
    "usage",
    `--save ${path}: the file exists, and stays as it is: --force replaces it`,
  );
}
