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
  /** Whether hosts that are not the user's own need no second word. */
  readonly yes?: true | undefined;
  readonly config?: string | undefined;
  readonly trigger?: true | undefined;
  readonly name?: string | undefined;
}

/** `kar start`: the wizard, or a run in the background. */
export async function start(
  system: System,
  flags: StartFlags,
): Promise<number> {
  if (flags.daemon) return await startDaemon(system, flags);
  if (flags.config !== undefined || flags.trigger || flags.name !== undefined) {
    throw notADaemon();
  }
  const { startWizard } = await import("./wizard.ts");
  return await startWizard(system, flags);
}

async function startDaemon(
  system: System,
  flags: StartFlags,
): Promise<number> {
  if (system.runtime.os === "windows") throw notOnWindows();
  const { name = DEFAULT_NAME, trigger } = flags;
  checkName(name);
  const config = flags.config ?? await askedConfig(system, flags);
  if (config === null) return EXIT.done;
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

/** @returns the file that the wizard saved; null = the user thought better of it */
async function askedConfig(
  system: System,
  { yes }: StartFlags,
): Promise<string | null> {
  if (system.terminal === null) throw noConfig();
  const { askWizard } = await import("./wizard.ts");
  const end = await askWizard(system, { yes, needsFile: true });
  return end.kind === "fire" ? end.savedTo : null;
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

function notADaemon(): KarError {
  return new KarError(
    "usage",
    "--config, --trigger and --name go with --daemon; kar run --config FILE --screen shows a file's traffic on the live screen",
  );
}

function noConfig(): KarError {
  return new KarError(
    "usage",
    "--daemon without --config FILE needs a terminal, to ask what to send: name a config file",
  );
}
