import type { Counts, Snapshot, TargetSnapshot } from "../stats/mod.ts";

/**
 * A snapshot with the counts of this process only. A run that was resumed goes
 * on from its predecessor's totals, up to a second less than were scraped:
 * Prometheus takes a counter that goes back for one that began anew at 0, and
 * would count all of them once more.
 */
export function ofThisProcess(snapshot: Snapshot): Snapshot {
  const { before } = snapshot;
  return before === null ? snapshot : since(snapshot, before);
}

function since(snapshot: Snapshot, begun: Snapshot): Snapshot {
  const { breaker, latency } = snapshot;
  const before = new Map(begun.targets.map((target) => [target.name, target]));
  return {
    ...snapshot,
    missed: countsSince(snapshot.missed, begun.missed),
    latency: {
      ...latency,
      sendLag: latency.sendLag.since(begun.latency.sendLag),
    },
    breaker: { ...breaker, trips: breaker.trips - begun.breaker.trips },
    targets: snapshot.targets.map((target) =>
      targetSince(target, before.get(target.name))
    ),
  };
}

function targetSince(
  target: TargetSnapshot,
  before: TargetSnapshot | undefined,
): TargetSnapshot {
  if (before === undefined) return target;
  return {
    ...target,
    failed: countsSince(target.failed, before.failed),
    status: codesSince(target.status, before.status),
    statusFailed: codesSince(target.statusFailed, before.statusFailed),
    response: target.response.since(before.response),
  };
}

type Codes = TargetSnapshot["status"];

function codesSince(now: Codes, before: Codes): Codes {
  return new Map(
    [...now].map(([code, count]) => [code, count - (before.get(code) ?? 0)]),
  );
}

function countsSince<Name extends string>(
  now: Counts<Name>,
  before: Counts<Name>,
): Counts<Name> {
  const names = Object.keys(now) as Name[];
  const counts = names.map((name) =>
    [name, (now[name] ?? 0) - (before[name] ?? 0)] as const
  );
  return Object.fromEntries(counts) as Counts<Name>;
}
