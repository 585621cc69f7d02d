import { fileURLToPath } from "node:url";
import { observe } from "../observe.ts";
import { isOnPath } from "../process.ts";
import {
  type Contender,
  type Job,
  readingOf,
  WARM_UP_SEC,
} from "./contender.ts";
import type { Reading, Times } from "./reading.ts";

const SOURCES = fileURLToPath(new URL("../native", import.meta.url));

/** The benchmark's own small programs; null = no compiler was found, or it failed. */
export interface Native {
  readonly cClient: string | null;
  readonly goClient: string | null;
  readonly witness: string | null;
  readonly remove: () => Promise<void>;
}

/** Compiles what can be compiled here, and says what cannot. */
export async function compileNative(
  say: (line: string) => void,
): Promise<Native> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-native-" });
  const make = async (source: string, command: readonly string[]) => {
    const [compiler] = command;
    if (!await isOnPath(compiler!)) {
      say(`no ${compiler} on PATH: without ${source}`);
      return null;
    }
    const { code, stderr } = await new Deno.Command(compiler!, {
      args: command.slice(1),
      cwd: SOURCES,
      stderr: "piped",
    }).output();
    if (code === 0) return `${folder}/${source}.out`;
    say(`${source} does not compile here: ${firstLine(stderr)}`);
    return null;
  };
  const c = (source: string) =>
    make(source, ["cc", "-O2", "-o", `${folder}/${source}.out`, source, "-lm"]);
  const go = (source: string) =>
    make(source, ["go", "build", "-o", `${folder}/${source}.out`, source]);
  return {
    cClient: await c("client.c"),
    goClient: await go("client.go"),
    witness: await c("witness.c"),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
}

function firstLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().split("\n")[0] ?? "";
}

/** One line of JSON, as both clients print it; times in microseconds. */
export interface ClientLine {
  readonly lagUs: TimesLine;
  readonly serviceUs: TimesLine;
  readonly responseUs: TimesLine;
  readonly sent: number;
  readonly missed: number;
  readonly failed: number;
  readonly connections?: number;
}

type TimesLine = readonly [number | null, number | null, number | null];

/** The unhurried client in C, which speaks HTTP/1.1. */
export function cContender(program: string): Contender {
  return {
    name: "C client",
    isPoisson: true,
    run: (job) => {
      const { port, pathname } = new URL(job.url);
      return runClient([program, port, pathname], job);
    },
  };
}

/** The unhurried client in Go. */
export function goContender(program: string): Contender {
  return {
    name: "Go client",
    isPoisson: true,
    run: (job) => {
      const isGrpc = job.way.protocol === "grpc";
      const url = isGrpc ? job.url + GRPC_PATH : job.url;
      return runClient([program, job.way.protocol, url], job);
    },
  };
}

/** What kar calls where the config names no method. */
const GRPC_PATH = "/grpc.health.v1.Health/Check";

async function runClient(
  command: readonly string[],
  job: Job,
): Promise<Reading> {
  const { ratePerSec, seconds } = job;
  const words = [ratePerSec, seconds, WARM_UP_SEC].map(String);
  const seen = await observe([...command, ...words], job);
  if (seen.code !== 0) throw new Error(seen.stderr.trim().slice(0, 500));
  const line = JSON.parse(seen.stdout) as ClientLine;
  const answered = line.sent - line.failed;
  if (answered <= 0) throw new Error(`no answer: ${seen.stderr.trim()}`);
  return readingOf(seen, {
    requests: answered,
    lag: timesOf(line.lagUs),
    service: timesOf(line.serviceUs),
    response: timesOf(line.responseUs),
    missedPercent: 100 * (line.missed + line.failed) /
      (line.sent + line.missed),
    connections: line.connections ?? null,
  });
}

function timesOf([p50, p90, p99]: TimesLine): Times {
  return { p50, p90, p99 };
}
