/**
 * What must hold after a run, however long it was and whatever its peers did.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Soaked } from "./soak.ts";

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

/** All accounts are closed, and agree with what the servers have counted. */
export function checkCounts({ code, err, report, seen }: Soaked): void {
  assert.equal(code, 0, err);
  for (const part of [report, ...report.targets]) {
    assert.equal(part.due, part.sent + sum(part.missed));
    assert.equal(part.sent, part.completed);
    assert.equal(part.completed, part.ok + sum(part.failed));
  }
  for (const key of ["due", "sent", "ok", "completed"] as const) {
    const parts = report.targets.reduce((n, target) => n + target[key], 0);
    assert.equal(parts, report[key], key);
  }
  assert.ok(report.latency.response.count <= report.completed);
  const sent = Object.fromEntries(
    report.targets.map((target) => [target.name, target]),
  );
  assert.equal(seen.good, sent.good!.sent);
  // A request may meet a connection that has just been closed.
  assert.ok(seen.faulty <= sent.faulty!.sent);
  // Nothing that the bad ones do reaches the good one.
  const { status = 0, ...other } = sent.good!.failed;
  assert.deepEqual(sum(other), 0, JSON.stringify(other));
  assert.ok(status > 0 && status < 0.1 * sent.good!.sent);
  assert.ok(sent.faulty!.ok > 0);
  assert.equal(sent.pings!.ok + sent.junk!.ok, 0);
}
