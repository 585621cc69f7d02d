import { run } from "../packaging/process.ts";
import { bundleProgram, ROOT, VERSION } from "../packaging/program.ts";
import settings from "../../deno.json" with { type: "json" };
import { V8_FLAGS } from "../../src/base/mod.ts";

/** What starts kar with the Deno that npm has installed. */
const LAUNCHER = "kar.cjs";

/**
 * Fills an empty folder with the package `kar98k`: the program as plain
 * JavaScript, and a launcher for Node. Its one dependency is Deno itself, of
 * the version that runs this script.
 */
export async function buildNpm(folder: string): Promise<void> {
  const { files } = await bundleProgram(folder);
  await Deno.remove(`${folder}/deno.json`);
  await Deno.copyFile(`${ROOT}/LICENSE`, `${folder}/LICENSE`);
  await Deno.copyFile(`${ROOT}/README.md`, `${folder}/README.md`);
  const launcher = await Deno.readTextFile(
    `${ROOT}/scripts/packages/${LAUNCHER}`,
  );
  await Deno.writeTextFile(
    `${folder}/${LAUNCHER}`,
    launcher.replace('"@FLAGS@"', flags()),
  );
  const manifest = packageJson([
    ...files.filter((file) => file !== "deno.json"),
    LAUNCHER,
  ]);
  await Deno.writeTextFile(
    `${folder}/package.json`,
    `${JSON.stringify(manifest, null, 2)}\n`,
  );
}

/** Flags of Deno besides: it does not read the settings of what npm has installed. */
function flags(): string {
  const unstable = settings.unstable.map((name) => `--unstable-${name}`);
  return [V8_FLAGS, ...unstable].map((flag) => JSON.stringify(flag)).join(", ");
}

/** What npm is told; `files` keeps all else out. */
function packageJson(files: readonly string[]) {
  return {
    name: "kar98k",
    version: VERSION,
    description:
      "Realistic, irregular traffic for a service, for minutes or for years",
    keywords: ["load-testing", "soak-testing", "http2", "grpc"],
    homepage: "https://github.com/rlaope/kar98k",
    repository: {
      type: "git",
      url: "git+https://github.com/rlaope/kar98k.git",
    },
    license: "MIT",
    type: "module",
    bin: { kar: LAUNCHER, kar98k: LAUNCHER },
    files,
    engines: { node: ">=18" },
    dependencies: { deno: Deno.version.deno },
  };
}

/**
 * Makes the file that `npm install` takes.
 *
 * @returns its path in the folder `out`
 * @throws Error with what npm said
 */
export async function packNpm(folder: string, out: string): Promise<string> {
  const { code, output } = await run("npm", {
    args: ["pack", "--silent", "--pack-destination", out],
    cwd: folder,
  });
  if (code !== 0) throw new Error(`npm cannot pack kar: ${output}`);
  return `${out}/kar98k-${VERSION}.tgz`;
}
