/**
 * Makes binaries of kar with `deno compile`: for this machine, or for all
 * systems of a release with their checksums.
 *
 * Use: `deno task compile [--all] [--out FOLDER]`; the files are in `dist`.
 */
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { V8_FLAGS } from "../src/base/mod.ts";
import { sha256Of } from "./packaging/archive.ts";
import { failureOf } from "./packaging/denort.ts";
import { replaceFile } from "./packaging/replace.ts";
import { run } from "./packaging/process.ts";
import { bundleProgram, type Program, ROOT } from "./packaging/program.ts";
import { hostTarget, type Target, TARGETS } from "./packaging/targets.ts";
import { verifyStarts } from "./packaging/verify.ts";

/** The file with the checksums of a release. */
export const CHECKSUMS = "SHA256SUMS";

/**
 * Compiles kar into a folder.
 *
 * @throws Error that tells what to do where the runtime part cannot be had
 */
export async function compile(
  targets: readonly Target[],
  out: string,
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const folder = await Deno.makeTempDir({ prefix: "kar-compile-" });
  try {
    const program = await bundleProgram(folder);
    for (const target of targets) {
      await compileFor(target, program, `${out}/${target.file}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compileFor(
  target: Target,
  { folder, workers }: Program,
  path: string,
): Promise<void> {
  await replaceFile(path, async (fresh) => {
    const { code, output } = await run(Deno.execPath(), {
      args: compileArgs(target, { workers, path: fresh }),
      cwd: folder,
    });
    if (code !== 0) throw failureOf(target, output);
    if (target.triple === Deno.build.target) await verifyStarts(fresh);
  });
}

/** Arguments of Deno. The scripts of workers are named, since no import leads to them. */
export function compileArgs(
  { triple }: Target,
  { workers, path }: {
    readonly workers: readonly string[];
    readonly path: string;
  },
): readonly string[] {
  return [
    "compile",
    "--allow-all",
    "--no-check",
    V8_FLAGS,
    "--target",
    triple,
    "--output",
    path,
    ...workers.flatMap((worker) => ["--include", worker]),
    "main.js",
  ];
}

/** Writes checksums as `sha256sum` does, and as `sha256sum --check` reads them. */
export async function writeChecksums(
  targets: readonly Target[],
  out: string,
): Promise<void> {
  let text = "";
  for (const { file } of targets) {
    text += await checksumLine(`${out}/${file}`);
  }
  await Deno.writeTextFile(`${out}/${CHECKSUMS}`, text);
}

/** A file's line in `SHA256SUMS`. */
export async function checksumLine(path: string): Promise<string> {
  return `${await sha256Of(path)}  ${basename(path)}\n`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      all: { type: "boolean", default: false },
      out: { type: "string", default: `${ROOT}/dist` },
    },
  });
  const { all } = values;
  const out = resolve(values.out);
  if (all && Deno.env.has("DENORT_BIN")) {
    console.error(
      "DENORT_BIN is the runtime part of one system, and --all compiles for all: unset it, or leave --all out",
    );
    return 1;
  }
  try {
    const targets = all ? TARGETS : [hostTarget()];
    await compile(targets, out);
    for (const { file } of targets) console.log(`${out}/${file}`);
    if (all) {
      await writeChecksums(TARGETS, out);
      console.log(`${out}/${CHECKSUMS}`);
    }
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
