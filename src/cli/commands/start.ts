import { resolve } from "node:path";
import { EXIT, formatDuration, KarError } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import { ask } from "../../daemon/ask/mod.ts";
import {
  checkName,
  DEFAULT_NAME,
  findRunning,
  launch,
  type LogFormat,
} from "../../daemon/mod.ts";
import { readOutputs, takeStdout } from "../follow/outputs.ts";
import { mayFire } from "../follow/consent.ts";
import { findProblems } from "../checking/mod.ts";
import { type LoadedPlan, planOf, readConfig } from "../load_plan.ts";
import type { System } from "../system.ts";
import type { OutFlag } from "../values.ts";

/** What `kar start` takes. */
export interface StartFlags {
  readonly daemon?: true | undefined;
  /** Whether public hosts need no confirmation. */
  readonly yes?: true | undefined;
  readonly config?: string | undefined;
  readonly trigger?: true | undefined;
  readonly name?: string | undefined;
  readonly resume?: true | undefined;
  readonly logFormat?: LogFormat | undefined;
  /** End this long after it fires, in milliseconds. */
  readonly duration?: number | undefined;
  /** Where the report goes: nobody sees what a run in the background prints. */
  readonly out?: readonly OutFlag[] | undefined;
}

/** `kar start`: the wizard, or a run in the background. */
export async function start(
  system: System,
  flags: StartFlags,
): Promise<number> {
  if (flags.daemon) return await startDaemon(system, flags);
  const { daemon: _, yes: __, ...runs } = flags;
  const given = Object.values(runs);
  if (given.some((flag) => flag !== undefined)) throw notADaemon();
  const { startWizard } = await import("./wizard.ts");
  return await startWizard(system, flags);
}

async function startDaemon(
  system: System,
  flags: StartFlags,
): Promise<number> {
  if (system.runtime.os === "windows") throw notOnWindows();
  const { name = DEFAULT_NAME } = flags;
  checkName(name);
  if (takeStdout(readOutputs(flags.out))) throw noStdout();
  if (flags.config === "-") throw noStdin();
  const config = flags.config ?? await askedConfig(system, flags);
  if (config === null) return EXIT.done;
  const loaded = await check(system, config);
  // The wizard has asked already. Health checks are sent as soon as it is armed.
  if (flags.config !== undefined && !await mayFire(system, loaded, flags.yes)) {
    return EXIT.done;
  }
  // Its status and log are read elsewhere: a relative path would say nothing.
  const words = wordsOf(flags, { config: resolve(config), name });
  const { env, onStopSignal } = system;
  await launch({ env, args: words, onStopSignal });
  await tell(system, name);
  return EXIT.done;
}

/** The command line of the run itself. */
function wordsOf(
  { trigger, resume, logFormat, duration, out }: StartFlags,
  { config, name }: { readonly config: string; readonly name: string },
): string[] {
  return [
    ...["run", "--quiet", "--config", config, "--name", name],
    ...(trigger ? [] : ["--armed"]),
    ...(resume ? ["--resume"] : []),
    ...(logFormat ? ["--log-format", logFormat] : []),
    ...(duration ? ["--duration", formatDuration(duration)] : []),
    ...(out ?? []).flatMap(({ format, path }) => [
      "--out",
      `${format}=${resolve(path)}`,
    ]),
  ];
}

/** Prints what runs now, and the commands that operate it. */
async function tell({ env, stdout }: System, name: string): Promise<void> {
  const named = name === DEFAULT_NAME ? "" : ` --name ${name}`;
  const status = await statusOf(env, name);
  if (status === null) {
    stdout.write(`${name}: ended already\n  kar logs${named} shows how\n`);
    return;
  }
  const { state, pid, logFile } = status;
  const lines = [
    `${name}: ${state}, process ${pid}`,
    ...(state === "armed" ? [`  kar trigger${named} fires it`] : []),
    `  kar stop${named} ends it`,
    `  log ${logFile}`,
  ];
  stdout.write(`${lines.join("\n")}\n`);
}

/** @returns null where the run was ready, and has ended before it was asked */
async function statusOf(env: System["env"], name: string) {
  try {
    const { socket } = await findRunning(env, name);
    return await ask(socket, (client) => client.status({}));
  } catch (error) {
    if (error instanceof KarError && error.exit === "notRunning") return null;
    throw error;
  }
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
async function check(system: System, config: string): Promise<LoadedPlan> {
  // The run draws a seed of its own, where the file wants one drawn.
  const parsed = await readConfig(system, config);
  const loaded = planOf(system, parsed, { drawnSeed: 0 });
  const problems = await findProblems(system, parsed);
  if (problems.length > 0) {
    throw new KarError("config", problems.map(formatProblem).join("\n"));
  }
  for (const warning of loaded.warnings) {
    system.stderr.write(`kar: ${formatProblem(warning)}\n`);
  }
  return loaded;
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
    "--config, --trigger, --duration, --out, --name, --resume and --log-format go with --daemon; kar run --config FILE --screen shows a file's traffic on the live screen",
  );
}

function noStdout(): KarError {
  return new KarError(
    "usage",
    "--out: a run in the background has no standard output: name a file",
  );
}

function noStdin(): KarError {
  return new KarError(
    "usage",
    "--config -: a run in the background has no standard input: name a file",
  );
}

function noConfig(): KarError {
  return new KarError(
    "usage",
    "--daemon without --config FILE needs a terminal, to ask what to send: name a config file",
  );
}
