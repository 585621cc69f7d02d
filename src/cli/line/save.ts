import { KarError } from "../../base/mod.ts";
import { writeFailure } from "../../report/mod.ts";

/** Where a config goes, and whether a file that is there may be replaced. */
export interface SaveTo {
  readonly path: string;
  readonly force?: true | undefined;
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
      throw new KarError("usage", `--save ${path} is a folder: name a file`);
    }
    await Deno.writeTextFile(path, text, { createNew: force !== true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new KarError(
        "usage",
        `--save ${path}: the file exists, and stays as it is: --force replaces it`,
      );
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
