/**
 * What package managers take, from the binaries of a release in a folder: deb
 * and rpm (with nfpm; the deb alone with dpkg-deb where there is none), the
 * formula for Homebrew, the package for npm; and checksums of all of it.
 *
 * Use: `deno task packages [--dist FOLDER]`, after `deno task compile --all`.
 */
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { formulaOf, readChecksums } from "./packages/formula.ts";
import type { Architecture } from "./packages/description.ts";
import { makeWithDpkg, makeWithNfpm } from "./packages/make.ts";
import { buildNpm, packNpm } from "./packages/npm.ts";
import { stage } from "./packages/stage.ts";
import { checksumLine, CHECKSUMS } from "./compile.ts";
import { ROOT } from "./packaging/program.ts";
import { hostTarget, TARGETS } from "./packaging/targets.ts";

const BINARIES: Readonly<Record<Architecture, string>> = {
  amd64: "kar-linux-x64",
  arm64: "kar-linux-arm64",
};

/** Makes everything. @returns the names of the new files */
async function makePackages(dist: string): Promise<readonly string[]> {
  const here = TARGETS.find(({ triple }) => triple === hostTarget().triple)!;
  const made: string[] = [];
  for (const architecture of ["amd64", "arm64"] as const) {
    const staged = await Deno.makeTempDir({ prefix: "kar-stage-" });
    try {
      const kar = `${dist}/${BINARIES[architecture]}`;
      await stage(staged, { kar, here: `${dist}/${here.file}` });
      made.push(...await packagesOf({ staged, architecture, out: dist }));
    } finally {
      await Deno.remove(staged, { recursive: true });
    }
  }
  const sums = await Deno.readTextFile(`${dist}/${CHECKSUMS}`);
  const formula = formulaOf(readChecksums(sums));
  await Deno.writeTextFile(`${dist}/kar98k.rb`, formula);
  return [...made, `${dist}/kar98k.rb`, await npmPackage(dist)];
}

async function packagesOf(
  order: Parameters<typeof makeWithDpkg>[0],
): Promise<readonly string[]> {
  try {
    return [
      await makeWithNfpm("deb", order),
      await makeWithNfpm("rpm", order),
    ];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error("No nfpm: the deb is made by dpkg-deb, and no rpm");
    return [await makeWithDpkg(order)];
  }
}

async function npmPackage(dist: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "kar-npm-" });
  try {
    await buildNpm(folder);
    return await packNpm(folder, dist);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Adds the new files' sums; those that were there from a try before are replaced. */
async function addChecksums(
  dist: string,
  made: readonly string[],
): Promise<void> {
  const sums = await Deno.readTextFile(`${dist}/${CHECKSUMS}`);
  const isNew = (line: string) =>
    made.some((path) => line.endsWith(`  ${basename(path)}`));
  const lines = sums.trimEnd().split("\n").filter((line) => !isNew(line))
    .map((line) => `${line}\n`);
  for (const path of made) lines.push(await checksumLine(path));
  await Deno.writeTextFile(`${dist}/${CHECKSUMS}`, lines.join(""));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { dist: { type: "string", default: `${ROOT}/dist` } },
  });
  const dist = resolve(values.dist);
  try {
    const made = await makePackages(dist);
    await addChecksums(dist, made);
    for (const path of made) console.log(path);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
