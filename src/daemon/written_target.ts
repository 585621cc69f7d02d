import type { TargetPlan } from "../plan/mod.ts";

/**
 * A target by the keys of a config file, and as one writes its values. What
 * ends in `Ms` is a duration whose key has no unit.
 */
export function writtenTarget(
  { timeoutMs, ok, insecure, tls, connection, ...rest }: TargetPlan,
): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    timeoutMs,
    ok: ok?.map(writtenCodes) ?? null,
    max_requests_per_connection: connection?.maxRequests ?? null,
    max_connection_ageMs: connection?.maxAgeMs ?? null,
    tls: {
      ca: tls?.ca ?? null,
      cert: tls?.cert ?? null,
      key: tls?.key ?? null,
      server_name: tls?.serverName ?? null,
      insecure: insecure ?? false,
    },
  };
}

/** `[200, 299]` → `"200-299"`, `[404, 404]` → 404. */
function writtenCodes([from, to]: readonly [number, number]): string | number {
  return from === to ? from : `${from}-${to}`;
}
