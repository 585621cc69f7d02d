import { VERSION } from "./program.ts";
import { run } from "./process.ts";

/**
 * Starts what was built, and removes it if it does not say kar's version: a
 * file that does not run is worse than none.
 *
 * @throws Error in that case
 */
export async function verifyStarts(
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { code, output } = await run(path, {
    args: ["version", "--json"],
    env,
  });
  if (code === 0 && versionIn(output) === VERSION) return;
  await Deno.remove(path);
  throw new Error(
    `${path} was built and removed, since it does not start as kar ${VERSION}. Its exit code was ${code}, and it said:\n${output.trim()}`,
  );
}

function versionIn(output: string): unknown {
  try {
    return JSON.parse(output).version;
  } catch {
    return undefined;
  }
}
