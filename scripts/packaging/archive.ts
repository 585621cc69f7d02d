import { run } from "./process.ts";
import { renderLauncher } from "./launcher.ts";

/** A self-extracting file to be made. */
export interface ArchiveOptions {
  /** The folder with everything in it, `deno` too. */
  readonly folder: string;
  /** Paths from there of what goes in. */
  readonly files: readonly string[];
  readonly version: string;
  /** The file to be made; one that is there is replaced. */
  readonly path: string;
}

/** Hexadecimal digits of the hash in the folder's name. */
const HASH_DIGITS = 16;

/**
 * Writes a file that unpacks itself and starts. The file gets its name when it
 * is complete, so that one of the same name that is running goes on.
 */
export async function writeArchive(options: ArchiveOptions): Promise<void> {
  const { folder, files, version, path } = options;
  const hash = await hashOf(folder, files);
  const head = await renderLauncher({
    name: `${version}-${hash.slice(0, HASH_DIGITS)}`,
    version,
    files,
  });
  const packed = `${path}.new`;
  try {
    await Deno.writeTextFile(packed, head);
    await append(packed, folder, files);
    await Deno.chmod(packed, 0o755);
    await Deno.rename(packed, path);
  } catch (error) {
    await Deno.remove(packed).catch(() => {});
    throw error;
  }
}

async function append(
  path: string,
  folder: string,
  files: readonly string[],
): Promise<void> {
  const payload = `${path}.tar.gz`;
  try {
    const { code, output } = await run("tar", {
      args: ["-czf", payload, "-C", folder, ...files],
    });
    if (code !== 0) throw new Error(`tar could not pack kar:\n${output}`);
    const from = await Deno.open(payload);
    const to = await Deno.open(path, { append: true });
    await from.readable.pipeTo(to.writable);
  } finally {
    await Deno.remove(payload).catch(() => {});
  }
}

/** A hash of names and contents, whatever their dates and owners are. */
async function hashOf(
  folder: string,
  files: readonly string[],
): Promise<string> {
  const hashes = [];
  for (const file of files) {
    hashes.push(`${await sha256Of(`${folder}/${file}`)}  ${file}\n`);
  }
  return await sha256(new TextEncoder().encode(hashes.join("")));
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  return await sha256(await Deno.readFile(path));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
