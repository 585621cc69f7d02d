import { fileURLToPath } from "node:url";

/** What a finished process printed and cost. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  readonly cpuSec: number;
  readonly wallSec: number;
}

/** The core of the client and the one of the server, where `taskset` can pin. */
export const CLIENT_CORE = "0";
const SERVER_CORE = "1";

/** Whether a program is on PATH. */
export async function isOnPath(name: string): Promise<boolean> {
  const { code } = await run(["sh", "-c", `command -v ${name}`]);
  return code === 0;
}

/** Runs a command to its end and takes its own CPU time from the shell. */
export async function timed(
  command: readonly string[],
  pinned: boolean,
): Promise<Finished> {
  const words = pinned ? ["taskset", "-c", CLIENT_CORE, ...command] : command;
  const started = performance.now();
  const done = await run([
    "bash",
    "-c",
    'TIMEFORMAT="cpu %U %S"; time "$@"',
    "bash",
    ...words,
  ]);
  const wallSec = (performance.now() - started) / 1000;
  const [, user, system] = done.stderr.match(/cpu ([\d.]+) ([\d.]+)\s*$/) ?? [];
  return { ...done, wallSec, cpuSec: Number(user) + Number(system) };
}

/** Runs one of the benchmark's own scripts in a process of its own. */
export async function script<Result>(
  name: string,
  job: unknown,
  pinned: boolean,
): Promise<Result> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const done = await timed(
    [Deno.execPath(), "run", "-A", "--quiet", path, JSON.stringify(job)],
    pinned,
  );
  const line = done.stdout.trim().split("\n").at(-1) ?? "";
  if (done.code !== 0 || line === "") {
    throw new Error(`${name} failed: ${done.stderr.trim().slice(0, 500)}`);
  }
  return JSON.parse(line) as Result;
}

/** Starts a server that is ended with `stop`. */
export function startServer(
  command: readonly string[],
  pinned: boolean,
): { readonly stop: () => Promise<void> } {
  const words = pinned ? ["taskset", "-c", SERVER_CORE, ...command] : command;
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
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

async function run(command: readonly string[]) {
  const output = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
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
