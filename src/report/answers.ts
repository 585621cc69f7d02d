import type { Snapshot, TargetSnapshot } from "../stats/mod.ts";
import { codeName, type ProtocolName, protocolOf } from "../protocol/mod.ts";

/** Answers of some targets by code, for machines: `200`, `14`, `other`. */
export function statusOf(
  targets: readonly TargetSnapshot[],
): Record<string, number> {
  return countBy(targets, codeName);
}

/** The same for people: `200`, `UNAVAILABLE (14)`. */
export function answersOf(
  targets: readonly TargetSnapshot[],
): Record<string, number> {
  return countBy(
    targets,
    (code, protocol) => protocolOf(protocol).codes.label(code),
  );
}

/** How requests ended, for people: answers by code, and what had none by kind of failure. */
export function endsOf(
  targets: readonly TargetSnapshot[],
): Record<string, number> {
  const ends = answersOf(targets);
  for (const { failed: { status: _answered, ...unanswered } } of targets) {
    for (const [kind, count] of Object.entries(unanswered)) {
      ends[kind] = (ends[kind] ?? 0) + count;
    }
  }
  return ends;
}

function countBy(
  targets: readonly TargetSnapshot[],
  nameOf: (code: number, protocol: ProtocolName) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, protocol } of targets) {
    for (const [code, count] of status) {
      const name = nameOf(code, protocol);
      counts[name] = (counts[name] ?? 0) + count;
    }
  }
  return counts;
}

/** All that sends requests: targets, and steps of journeys. */
export function requestsOf(
  { targets, journeys }: Pick<Snapshot, "targets" | "journeys">,
): readonly TargetSnapshot[] {
  return [...targets, ...journeys.flatMap(({ steps }) => steps)];
}
