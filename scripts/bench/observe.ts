import { type Finished, timed } from "./process.ts";

/** A finished process, with what `/proc` told of it; null where there is none. */
export interface Observed extends Finished {
  /** CPU of all threads after the warm-up, in percent of a core. */
  readonly corePercent: number | null;
  /** Resident at the end. */
  readonly memoryMb: number | null;
  /**
   * Share of the time for which its busiest thread, or that of the server,
   * could have run and did not because another program had the core.
   */
  readonly disturbedPercent: number | null;
}

/** CPU and waiting time of one thread since it began, in seconds. */
export interface ThreadTime {
  readonly tid: number;
  readonly cpuSec: number;
  readonly waitSec: number;
}

/** A process at an instant. */
export interface Sample {
  readonly atMs: number;
  readonly threads: readonly ThreadTime[];
  readonly server: readonly ThreadTime[];
  readonly memoryMb: number;
}

const LOOK_MS = 200;
/** Before this, a process starts and compiles. */
const WARM_MS = 2500;

/** Starting, compiling and waiting for the last answers take no longer than this. */
const BESIDE_MS_MAX = 30_000;
/** A program that cannot keep up may be so many times late with the rest. */
const LATE_TIMES_MAX = 3;

/**
 * Runs a command to its end and looks at it meanwhile.
 *
 * @throws when it takes much longer than the seconds that it was asked for;
 * a program that falls behind would fill the memory meanwhile
 */
export async function observe(
  command: readonly string[],
  { pinned, serverPid, seconds }: {
    readonly pinned: boolean;
    readonly serverPid: number;
    readonly seconds: number;
  },
): Promise<Observed> {
  const samples: Sample[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000 * LATE_TIMES_MAX + BESIDE_MS_MAX;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isEnded = false;
  const look = (shell: number) => {
    timer = setInterval(() => {
      const child = childOf(shell);
      const sample = sampleOf(child, serverPid);
      if (sample !== null) samples.push(sample);
      if (performance.now() > endMs && child !== null && !isEnded) {
        isEnded = true;
        Deno.kill(child, "SIGKILL");
      }
    }, LOOK_MS);
  };
  try {
    const done = await timed(command, pinned, look);
    if (isEnded) {
      const sec = Math.round((performance.now() - startedMs) / 1000);
      throw new Error(`was ended after ${sec} s, for ${seconds} s of requests`);
    }
    return { ...done, ...seenIn(samples, startedMs + WARM_MS) };
  } finally {
    clearInterval(timer);
  }
}

function seenIn(samples: readonly Sample[], warmMs: number) {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) {
    return { corePercent: null, memoryMb: null, disturbedPercent: null };
  }
  return {
    corePercent: corePercentIn(samples.filter(({ atMs }) => atMs >= warmMs)),
    memoryMb: last.memoryMb,
    disturbedPercent: first === last
      ? null
      : 100 * 1000 * heldUpIn(samples) / (last.atMs - first.atMs),
  };
}

function heldUpIn(samples: readonly Sample[]): number {
  return samples.slice(1).reduce((sum, { threads, server }, i) => {
    const before = samples[i]!;
    return sum + heldUp(before.threads, threads) +
      heldUp(before.server, server);
  }, 0);
}

/** CPU between looks; where a thread has ended, its last stretch is not known, so none counts. */
export function corePercentIn(samples: readonly Sample[]): number | null {
  let [cpuSec, ms] = [0, 0];
  for (const [i, { atMs, threads }] of samples.slice(1).entries()) {
    const before = samples[i]!;
    const there = new Set(threads.map(({ tid }) => tid));
    if (before.threads.some(({ tid }) => !there.has(tid))) continue;
    cpuSec += cpuOf(threads) - cpuOf(before.threads);
    ms += atMs - before.atMs;
  }
  return ms === 0 ? null : 100 * 1000 * cpuSec / ms;
}

function cpuOf(threads: readonly ThreadTime[]): number {
  return threads.reduce((sum, { cpuSec }) => sum + cpuSec, 0);
}

/**
 * Seconds for which the busiest thread of a process waited for others.
 *
 * The kernel tells how long it waited for the core. Threads of its own process
 * that ran meanwhile are no disturbance, so their CPU time is taken off.
 */
export function heldUp(
  before: readonly ThreadTime[],
  after: readonly ThreadTime[],
): number {
  const earlier = new Map(before.map((thread) => [thread.tid, thread]));
  const spent = after.map(({ tid, cpuSec, waitSec }) => ({
    cpuSec: cpuSec - (earlier.get(tid)?.cpuSec ?? 0),
    waitSec: waitSec - (earlier.get(tid)?.waitSec ?? 0),
  }));
  const busiest = spent.toSorted((a, b) => b.cpuSec - a.cpuSec)[0];
  if (busiest === undefined) return 0;
  const allSec = spent.reduce((sum, { cpuSec }) => sum + cpuSec, 0);
  return Math.max(0, busiest.waitSec - (allSec - busiest.cpuSec));
}

function sampleOf(pid: number | null, server: number): Sample | null {
  if (pid === null) return null;
  try {
    const resident = read(`/proc/${pid}/status`).match(/VmRSS:\s+(\d+) kB/);
    // It is about to end, and has given its memory back.
    if (resident === null) return null;
    return {
      atMs: performance.now(),
      threads: threadsOf(pid),
      server: threadsOf(server),
      memoryMb: Number(resident[1]) * 1024 / 1e6,
    };
  } catch {
    // It has just ended, or there is no /proc.
    return null;
  }
}

/** The process that a shell runs. */
function childOf(shell: number): number | null {
  try {
    const text = read(`/proc/${shell}/task/${shell}/children`).trim();
    return text === "" ? null : Number(text.split(" ")[0]);
  } catch {
    return null;
  }
}

function threadsOf(pid: number): ThreadTime[] {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].flatMap(({ name }) => {
    try {
      const text = read(`/proc/${pid}/task/${name}/schedstat`);
      return [{ tid: Number(name), ...parseSchedstat(text) }];
    } catch {
      // This thread has just ended.
      return [];
    }
  });
}

/** `cpu_ns wait_ns slices` of a thread, as `/proc` has it. */
export function parseSchedstat(text: string): Omit<ThreadTime, "tid"> {
  const [cpuNs, waitNs] = text.trim().split(" ").map(Number);
  return { cpuSec: cpuNs! / 1e9, waitSec: waitNs! / 1e9 };
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}
