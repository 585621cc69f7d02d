import { fileURLToPath } from "node:url";

/** This checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(
  /\/$/,
  "",
);

/** What a finished process printed and cost. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  readonly cpuSec: number;
  readonly wallSec: number;
}

/** The core of the client and the one of the server, where `taskset` can pin. */
const CLIENT_CORE = "0";
export const SERVER_CORE = "1";

/** Whether a program is on PATH. */
export async function isOnPath(name: string): Promise<boolean> {
  const { code } = await run(["sh", "-c", `command -v ${name}`]);
  return code === 0;
}

/** The command that runs another one on one core; null = on any. */
export function pin(
  command: readonly string[],
  core: string | null,
): readonly string[] {
  return core === null ? command : ["taskset", "-c", core, ...command];
}

/**
 * Runs a command to its end and takes its own CPU time from the shell.
 *
 * @param begun is told the process of that shell, whose child the command is
 */
export async function timed(
  command: readonly string[],
  pinned: boolean,
  begun?: (shell: number) => void,
): Promise<Finished> {
  const words = pin(command, pinned ? CLIENT_CORE : null);
  const started = performance.now();
  const done = await run([
    "bash",
    "-c",
    'TIMEFORMAT="cpu %U %S"; time "$@"',
    "bash",
    ...words,
  ], begun);
  const wallSec = (performance.now() - started) / 1000;
  const [, user, system] = done.stderr.match(/cpu ([\d.]+) ([\d.]+)\s*$/) ?? [];
  return { ...done, wallSec, cpuSec: Number(user) + Number(system) };
}

/** Has the sockets read in every turn of the event loop, as kar's workers have. */
const READ_EACH_TURN = { DENO_TOKIO_EVENT_INTERVAL: "1" };

/**
 * Runs one of the benchmark's own scripts in a process of its own. Those that
 * send do so from their main thread.
 *
 * @param root the checkout whose script it is
 */
export async function script<Result>(
  name: string,
  job: unknown,
  { pinned, root }: { readonly pinned: boolean; readonly root: string },
): Promise<Result> {
  const path = `${root}/scripts/bench/${name}`;
  await Deno.stat(path).catch(() => {
    throw new Error(`${path} is not there: that checkout is too old`);
  });
  const env = Object.entries(READ_EACH_TURN).map((pair) => pair.join("="));
  const done = await timed([
    "env",
    ...env,
    ...[Deno.execPath(), "run", "-A", "--quiet", path, JSON.stringify(job)],
  ], pinned);
  const line = done.stdout.trim().split("\n").at(-1) ?? "";
  if (done.code !== 0 || line === "") {
    throw new Error(`${path} failed: ${done.stderr.trim().slice(0, 500)}`);
  }
  return JSON.parse(line) as Result;
}

/** Starts a server that is ended with `stop`. */
export function startServer(
  command: readonly string[],
  pinned: boolean,
): { readonly pid: number; readonly stop: () => Promise<void> } {
  const words = pin(command, pinned ? SERVER_CORE : null);
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    pid: child.pid,
    stop: async () => {
      try {
        child.kill("SIGTERM");
      } catch {
        // It had ended by itself.
      }
      await child.status;
    },
  };
}

async function run(
  command: readonly string[],
  begun: (pid: number) => void = () => {},
) {
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  begun(child.pid);
  const output = await child.output();
  const text = new TextDecoder();
  return {
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
    code: output.code,
  };
}

/** The middle of some values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
