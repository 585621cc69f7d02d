/** One server never takes more of a process's file descriptors than this share. */
const SHARE = 1 / 4;
const CONNECTIONS_MIN = 8;

/**
 * Connections that a server may hold so that traffic has descriptors left.
 *
 * @param wanted where there are plenty
 * @param limits the text of `/proc/self/limits`; null = the system tells none
 */
export function connectionsFor(
  wanted: number,
  limits: string | null = readLimits(),
): number {
  const soft = /^Max open files\s+(\d+)/m.exec(limits ?? "")?.[1];
  if (soft === undefined) return wanted;
  const share = Math.floor(SHARE * Number(soft));
  return Math.max(CONNECTIONS_MIN, Math.min(wanted, share));
}

function readLimits(): string | null {
  try {
    return Deno.readTextFileSync("/proc/self/limits");
  } catch {
    return null;
  }
}
