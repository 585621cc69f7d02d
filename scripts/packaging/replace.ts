import { basename, dirname, join } from "node:path";

/**
 * Makes a file in a folder beside its place, and puts it there once it is whole:
 * one that is there is replaced, and stays where the new one fails.
 *
 * @param make makes the file at the path that it is given
 */
export async function replaceFile(
  path: string,
  make: (fresh: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const beside = await Deno.makeTempDir({ dir: folder, prefix: ".building-" });
  try {
    const fresh = join(beside, basename(path));
    await make(fresh);
    await Deno.rename(fresh, path);
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}
