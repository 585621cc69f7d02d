/**
 * The kar under test: the file in `KAR_BINARY`, or else a package that is
 * built here, once for all tests.
 *
 * @module
 */
import { buildPackage } from "../../scripts/package.ts";

/** A folder for everything that the tests leave behind. */
export const FOLDER = await Deno.realPath(
  await Deno.makeTempDir({ prefix: "kar-binary-" }),
);
globalThis.addEventListener(
  "unload",
  () => Deno.removeSync(FOLDER, { recursive: true }),
);

const GIVEN = Deno.env.get("KAR_BINARY");

/** The path of kar. */
export const KAR = GIVEN
  ? await Deno.realPath(GIVEN)
  : await buildPackage(FOLDER);

/** Whether it unpacks itself: a script with something behind it. */
export const IS_PACKAGE = await startsWith(KAR, "#!");

/** Whether it was built from the sources here. */
export const IS_BUILT_HERE = !GIVEN;

/** How kar ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How to start kar. */
export interface StartOptions {
  /** Besides those of every start. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Nothing of the machine's settings but `PATH`, and folders of the tests' own. */
const ENV: Readonly<Record<string, string>> = {
  PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
  HOME: FOLDER,
  XDG_RUNTIME_DIR: `${FOLDER}/run`,
};
await Deno.mkdir(ENV.XDG_RUNTIME_DIR!, { mode: 0o700 });

/** The command that starts kar. */
export function command(
  args: readonly string[],
  { env = {}, cwd = FOLDER }: StartOptions = {},
): Deno.Command {
  return new Deno.Command(KAR, {
    args: [...args],
    clearEnv: true,
    env: { ...ENV, ...env },
    cwd,
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs kar to its end. */
export async function kar(
  args: readonly string[],
  options?: StartOptions,
): Promise<Ended> {
  const { code, stdout, stderr } = await command(args, options).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function startsWith(path: string, text: string): Promise<boolean> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(text.length);
  await file.read(bytes);
  return new TextDecoder().decode(bytes) === text;
}
