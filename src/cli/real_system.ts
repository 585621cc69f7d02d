import type { Cancel } from "../base/mod.ts";
import { standardError, standardOutput } from "./output.ts";
import { readConfigFile } from "./read_config.ts";
import type { ConsoleSize, System } from "./system.ts";

/** The real process. */
export function realSystem(): System {
  return {
    args: Deno.args,
    stdout: standardOutput(),
    stderr: standardError(),
    terminal: Deno.stdin.isTerminal() && Deno.stdout.isTerminal()
      ? { output: Deno.stdout, input: Deno.stdin }
      : null,
    runtime: {
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      os: Deno.build.os,
      arch: Deno.build.arch,
    },
    env: (name) => Deno.env.get(name),
    consoleSize,
    readConfigFile,
    isFolder,
    wallMs: () => Date.now(),
    zone: () => Temporal.Now.timeZoneId(),
    drawSeed: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    onStopSignal,
    every,
  };
}

function consoleSize(): ConsoleSize | undefined {
  try {
    return Deno.consoleSize();
  } catch {
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

function onStopSignal(task: () => void): Cancel {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, task);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, task);
  };
}

function every(intervalMs: number, task: () => void): Cancel {
  const timer = setInterval(task, intervalMs);
  Deno.unrefTimer(Number(timer));
  return () => clearInterval(timer);
}
