/**
 * Makes the binary of this machine: by `deno compile`, or, where the part of
 * Deno that goes into it cannot be had, as one self-contained file from the
 * installed Deno.
 *
 * Use: `deno task build [--out FOLDER]`; the file is `dist/kar`.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "./compile.ts";
import { buildPackage } from "./package.ts";
import { NoRuntimePart } from "./packaging/denort.ts";
import { ROOT } from "./packaging/program.ts";
import { hostTarget } from "./packaging/targets.ts";

/** @returns the file's path */
async function build(out: string): Promise<string> {
  const target = hostTarget();
  try {
    await compile([target], out);
    return `${out}/${target.file}`;
  } catch (error) {
    if (!(error instanceof NoRuntimePart) || Deno.build.os === "windows") {
      throw error;
    }
    const why = error.message.split("\n")[0]!.replace(/:$/, "");
    console.error(`${why}. Instead, as deno task package does:`);
    return await buildPackage(out);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { out: { type: "string", default: `${ROOT}/dist` } },
  });
  try {
    console.log(await build(resolve(values.out)));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
