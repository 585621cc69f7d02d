import type { Cancel } from "../base/mod.ts";
import { proxiesIn } from "../request/mod.ts";
import { consoleSize, standardError, standardOutput } from "./output.ts";
import { readConfigFile } from "./read_config.ts";
import type { System } from "./system.ts";

/** The real process. */
export function realSystem(): System {
  const proxies = takeProxies();
  const hangup = Deno.build.os === "windows" ? "nothing" : meaningOfHangup();
  return {
    args: Deno.args,
    stdout: standardOutput(),
    stderr: standardError(),
    terminal: canDraw() ? { output: Deno.stdout, input: Deno.stdin } : null,
    runtime: {
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      os: Deno.build.os,
      arch: Deno.build.arch,
    },
    pid: Deno.pid,
    env: (name) => proxies.get(name) ?? Deno.env.get(name),
    consoleSize,
    readConfigFile,
    isFolder,
    wallMs: () => Date.now(),
    zone: () => Temporal.Now.timeZoneId(),
    drawSeed: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    onStopSignal: (task) => onStopSignal(hangup, task),
    onReloadSignal: (task) => onReloadSignal(hangup, task),
    every,
  };
}

/**
 * Takes the proxies out of the environment: fetch follows them, and no setting
 * says otherwise. Whoever asks `env` for one still gets it.
 */
function takeProxies(): ReadonlyMap<string, string> {
  const proxies = proxiesIn((name) => Deno.env.get(name));
  for (const [name] of proxies) Deno.env.delete(name);
  return proxies;
}

/** Whether there are keys and a screen, and not one that only prints. */
function canDraw(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() &&
    Deno.env.get("TERM") !== "dumb";
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

/** What SIGHUP means to this process. */
type Hangup = "stop" | "reload" | "nothing";

/**
 * Where there is a terminal, its loss ends kar: a dropped connection must never
 * leave traffic behind. Unless someone asked for just that with nohup, which
 * has to be looked up before the first listener: Deno then catches SIGHUP too.
 */
function meaningOfHangup(): Hangup {
  if (!hasTerminal()) return "reload";
  return ignoresHangup() ? "nothing" : "stop";
}

function onStopSignal(hangup: Hangup, task: () => void): Cancel {
  if (Deno.build.os === "windows") {
    return onSignals(["SIGINT", "SIGBREAK"], task);
  }
  const deafen = onSignals(["SIGINT", "SIGTERM"], task);
  if (hangup === "reload") return deafen;
  const hungUp = hangup === "stop" ? task : () => {};
  const deafenHangup = onSignals(["SIGHUP"], hungUp);
  return () => {
    deafen();
    deafenHangup();
  };
}

function onReloadSignal(hangup: Hangup, task: () => void): Cancel {
  return onSignals(hangup === "reload" ? ["SIGHUP"] : [], task);
}

function onSignals(signals: readonly Deno.Signal[], task: () => void): Cancel {
  for (const signal of signals) Deno.addSignalListener(signal, task);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, task);
  };
}

/** Whether a terminal controls this process, whatever its streams are. */
function hasTerminal(): boolean {
  try {
    Deno.openSync("/dev/tty").close();
    return true;
  } catch {
    return false;
  }
}

/** Whether the process was started with SIGHUP ignored; only Linux tells. */
function ignoresHangup(): boolean {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
    return (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

function every(intervalMs: number, task: () => void): Cancel {
  const timer = setInterval(task, intervalMs);
  Deno.unrefTimer(Number(timer));
  return () => clearInterval(timer);
}
