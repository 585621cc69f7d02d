/**
 * Makes one executable file from the Deno that runs this script, with kar and
 * that Deno in it; nothing is downloaded but the bundler, once, from npm. It
 * starts where there is `sh`, `tar` and `gzip`, without Deno and network.
 *
 * Use: `deno task package [--out FOLDER]`; the file is `dist/kar`.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeArchive } from "./packaging/archive.ts";
import { bundleProgram, ROOT, VERSION } from "./packaging/program.ts";
import { verifyStarts } from "./packaging/verify.ts";

const DENO = "deno";

/**
 * Makes the package in a folder.
 *
 * @returns the file's path
 */
export async function buildPackage(out: string): Promise<string> {
  const path = `${out}/kar`;
  await Deno.mkdir(out, { recursive: true });
  const folder = await Deno.makeTempDir({ prefix: "kar-package-" });
  try {
    const { files } = await bundleProgram(folder);
    await Deno.copyFile(Deno.execPath(), `${folder}/${DENO}`);
    await writeArchive({
      folder,
      files: [DENO, ...files],
      version: VERSION,
      path,
    });
    await verifyStarts(path, { KAR_CACHE_DIR: `${folder}/try` });
    return path;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function main(): Promise<number> {
  if (Deno.build.os === "windows") {
    console.error(
      "The package is a file for sh, which Windows lacks: use deno task compile",
    );
    return 1;
  }
  const { values } = parseArgs({
    args: Deno.args,
    options: { out: { type: "string", default: `${ROOT}/dist` } },
  });
  try {
    const path = await buildPackage(resolve(values.out));
    const { size } = await Deno.stat(path);
    console.log(`${path}: kar ${VERSION}, ${(size / 1e6).toFixed(0)} MB`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
