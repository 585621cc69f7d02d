import { dirname } from "node:path";
import { run } from "../packaging/process.ts";
import { VERSION } from "../packaging/program.ts";
import {
  type Architecture,
  descriptionEnv,
  NFPM_YAML,
  type PackageFile,
  readDeb,
} from "./description.ts";

/** Kinds of packages, as nfpm calls them. */
export type Packager = "deb" | "rpm";

/** What to make, and of what. */
export interface PackageOrder {
  /** A folder that `stage` has filled. */
  readonly staged: string;
  readonly architecture: Architecture;
  /** The folder for the package. */
  readonly out: string;
}

/** The file's name, as nfpm gives it. */
export function packageName(
  packager: Packager,
  architecture: Architecture,
): string {
  const rpmNames = { amd64: "x86_64", arm64: "aarch64" };
  return packager === "deb"
    ? `kar98k_${VERSION}_${architecture}.deb`
    : `kar98k-${VERSION}-1.${rpmNames[architecture]}.rpm`;
}

/**
 * Makes a package with nfpm.
 *
 * @returns the file's path
 * @throws Error with what nfpm said; Deno.errors.NotFound when there is none
 */
export async function makeWithNfpm(
  packager: Packager,
  { staged, architecture, out }: PackageOrder,
): Promise<string> {
  const path = `${out}/${packageName(packager, architecture)}`;
  const { code, output } = await run("nfpm", {
    args: [
      ...["package", "--config", NFPM_YAML],
      ...["--packager", packager, "--target", path],
    ],
    cwd: staged,
    env: descriptionEnv(architecture),
  });
  if (code !== 0) throw new Error(`nfpm cannot make ${path}: ${output}`);
  return path;
}

/**
 * Makes the deb with `dpkg-deb` from the same description, for machines without
 * nfpm.
 *
 * @returns the file's path
 */
export async function makeWithDpkg(
  { staged, architecture, out }: PackageOrder,
): Promise<string> {
  const { fields, files, scripts } = await readDeb(architecture);
  const path = `${out}/${packageName("deb", architecture)}`;
  const tree = await Deno.makeTempDir({ prefix: "kar-deb-" });
  try {
    await Deno.chmod(tree, 0o755);
    let bytes = 0;
    for (const file of files) bytes += await place(file, staged, tree);
    await Deno.mkdir(`${tree}/DEBIAN`);
    const control = { ...fields, "Installed-Size": Math.ceil(bytes / 1024) };
    await write(`${tree}/DEBIAN/control`, {
      text: Object.entries(control).map(([name, value]) =>
        `${name}: ${value}\n`
      ).join(""),
    });
    await write(`${tree}/DEBIAN/conffiles`, {
      text: files.filter(({ isConfig }) => isConfig).map(({ dst }) =>
        `${dst}\n`
      ).join(""),
    });
    for (const [name, source] of Object.entries(scripts)) {
      const text = await Deno.readTextFile(`${staged}/${source}`);
      await write(`${tree}/DEBIAN/${name}`, { text, mode: 0o755 });
    }
    const { code, output } = await run("dpkg-deb", {
      args: ["--root-owner-group", "--build", tree, path],
    });
    if (code !== 0) throw new Error(`dpkg-deb cannot make ${path}: ${output}`);
    return path;
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

/** Puts a file, or all files of a folder, where a package has them. @returns their bytes */
async function place(
  { src, dst, mode }: PackageFile,
  staged: string,
  tree: string,
): Promise<number> {
  if (!src.endsWith("/*")) {
    const to = `${tree}${dst}`;
    await Deno.mkdir(dirname(to), { recursive: true, mode: 0o755 });
    await Deno.copyFile(`${staged}/${src}`, to);
    await Deno.chmod(to, mode);
    return (await Deno.stat(to)).size;
  }
  let bytes = 0;
  const folder = dirname(src);
  for await (const { name } of Deno.readDir(`${staged}/${folder}`)) {
    const file = { src: `${folder}/${name}`, dst: `${dst}${name}`, mode };
    bytes += await place({ ...file, isConfig: false }, staged, tree);
  }
  return bytes;
}

/** Writes a file with its mode, whatever the umask is. */
async function write(
  path: string,
  { text, mode = 0o644 }: { readonly text: string; readonly mode?: number },
): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
}
