import { EXIT, KarError } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import {
  checkName,
  DEFAULT_NAME,
  launch,
  logFile,
  logFolder,
} from "../../daemon/mod.ts";
import { loadPlan } from "../load_plan.ts";
import type { System } from "../system.ts";

/** What `kar start` takes. */
export interface StartFlags {
  readonly daemon?: true | undefined;
  readonly config?: string | undefined;
  readonly trigger?: true | undefined;
  readonly name?: string | undefined;
}

/** `kar start --daemon`: a run in the background. */
export async function start(
  system: System,
  flags: StartFlags,
): Promise<number> {
  if (system.runtime.os === "windows") throw notOnWindows();
  const { name = DEFAULT_NAME, config, trigger } = flags;
  checkName(name);
  if (config === undefined) throw noConfig();
  await check(system, config);
  const pid = await launch({
    env: system.env,
    args: [
      ...["run", "--quiet", "--config", config, "--name", name],
      ...(trigger ? [] : ["--armed"]),
    ],
  });
  const { stdout, env } = system;
  stdout.write(`${name}: ${trigger ? "firing" : "armed"}, process ${pid}\n`);
  const named = name === DEFAULT_NAME ? "" : ` --name ${name}`;
  if (!trigger) stdout.write(`  kar trigger${named} fires it\n`);
  stdout.write(`  kar stop${named} ends it\n`);
  stdout.write(`  log ${logFile(logFolder(env), name)}\n`);
  return EXIT.done;
}

/** What is wrong with the file is told here, and not by a process without a terminal. */
async function check(system: System, config: string): Promise<void> {
  const { warnings } = await loadPlan(system, { config });
  for (const warning of warnings) {
    system.stderr.write(`kar: ${formatProblem(warning)}\n`);
  }
}

function notOnWindows(): KarError {
  return new KarError(
    "usage",
    "--daemon is not supported on Windows: use kar run, as a service of your choice",
  );
}

function noConfig(): KarError {
  return new KarError(
    "usage",
    "--daemon without --config FILE needs a terminal, to ask what to send: name a config file",
  );
}
