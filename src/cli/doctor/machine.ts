import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { KarError } from "../../base/mod.ts";
import { stateFolder } from "../../daemon/paths/mod.ts";
import type { MachineMeasure } from "../../doctor/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { System } from "../system.ts";

const USUAL_PORT = 9090;
/** Folders looked at above one that is not there yet. */
const PARENTS_MAX = 64;

/** Descriptors that may be open at once; null = this system does not tell. */
export function descriptorsAllowed(): number | null {
  const text = read("/proc/self/limits");
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(text ?? "")?.[1];
  if (found === undefined) return null;
  return found === "unlimited" ? Infinity : Number(found);
}

/** Ports that connections to one address may have on this side. */
export function portsAllowed(): number | null {
  const text = read("/proc/sys/net/ipv4/ip_local_port_range");
  const [from, to] = (text ?? "").trim().split(/\s+/).map(Number);
  return to === undefined ? null : to - from! + 1;
}

/** Bytes of memory that are free, within what this process may have. */
export function freeMemory(): number | null {
  try {
    const { available } = Deno.systemMemoryInfo();
    const max = Number(read("/sys/fs/cgroup/memory.max") ?? NaN);
    const used = Number(read("/sys/fs/cgroup/memory.current") ?? NaN);
    return Number.isFinite(max - used)
      ? Math.min(available, max - used)
      : available;
  } catch {
    return null;
  }
}

/** Whether a service keeps the clock right; null = nobody here says so. */
export function isSynchronized(): boolean | null {
  const says = (path: string) => read(path) !== null;
  if (says("/run/systemd/timesync/synchronized")) return true;
  return says("/run/systemd/timesync") ? false : null;
}

/** By how much the wall clock goes off the monotonic one while `task` runs, in milliseconds. */
export async function clockStep<Result>(
  task: () => Promise<Result>,
): Promise<{ readonly stepMs: number; readonly result: Result }> {
  const offset = () => Date.now() - performance.now();
  const before = offset();
  const result = await task();
  // Date.now() has whole milliseconds: less than two is its own rounding.
  return { stepMs: offset() - before, result };
}

/** Room for log and record. */
export async function freeDisk(
  { env }: System,
): Promise<MachineMeasure["disk"]> {
  let path = homeOf(env);
  if (path === null) return null;
  for (let i = 0; i < PARENTS_MAX; i++) {
    try {
      const { bavail, bsize } = await statfs(path);
      return { path, freeBytes: Number(bavail) * Number(bsize) };
    } catch {
      if (dirname(path) === path) return null;
      path = dirname(path);
    }
  }
  return null;
}

function homeOf(env: System["env"]): string | null {
  try {
    return stateFolder(env).path;
  } catch (error) {
    // Who has no home keeps nothing.
    if (error instanceof KarError) return null;
    throw error;
  }
}

/** Whether the metrics of a plan could be served now. */
export function metricsPort({ metrics }: Plan): MachineMeasure["metrics"] {
  if (!metrics.enabled) return null;
  const address = metrics.address ?? `:${USUAL_PORT}`;
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  try {
    Deno.listen({ port, hostname: host === "" ? "0.0.0.0" : host }).close();
    return { address, isFree: true };
  } catch {
    return { address, isFree: false };
  }
}

function read(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
