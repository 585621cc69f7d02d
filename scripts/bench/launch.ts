import { dirname } from "node:path";

/**
 * The command that starts kar as a user does: a packaged file is run as it is,
 * a checkout by its task `kar`, without the task runner in between.
 *
 * @param path a file, or the folder of a checkout
 */
export async function launchOf(path: string): Promise<string[]> {
  const { isFile } = await Deno.stat(path);
  if (isFile) return [path];
  const config = JSON.parse(await Deno.readTextFile(`${path}/deno.json`));
  return launchByTask(path, config.tasks.kar.command, Deno.execPath());
}

/** @param task such as `NAME=VALUE deno run -A --v8-flags=… main.ts` */
export function launchByTask(
  root: string,
  task: string,
  deno: string,
): string[] {
  const script = `cd '${root}' && exec env ${task} "$@"`;
  // Tasks say `deno`; here that is the Deno that runs the benchmark.
  const path = `${dirname(deno)}:${Deno.env.get("PATH") ?? ""}`;
  return ["env", `PATH=${path}`, "sh", "-c", script, "kar"];
}
