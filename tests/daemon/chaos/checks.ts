import assert from "node:assert/strict";
import { configOf, parseConfig } from "../../../src/config/mod.ts";
import { buildPlan } from "../../../src/plan/build/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import type { Stage, StatusJson } from "../stage.ts";

/** Files that a daemon with one target has open, with room for its connections. */
const FILES_MAX = 400;

/** What of a status is held against the laws. */
export interface Counted extends StatusJson {
  readonly waiting: number;
  readonly inFlight: number;
  readonly ok: number;
  readonly missed: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

/** Holds a status against the laws of counting. */
export function checkLaws(status: Counted): void {
  const missed = sum(status.missed);
  assert.equal(status.due, status.sent + missed + status.waiting, "due");
  assert.equal(status.sent, status.completed + status.inFlight, "sent");
  assert.equal(status.completed, status.ok + sum(status.failed), "completed");
  const { aborted: _, ...failed } = status.failed;
  assert.deepEqual(failed, {}, "the target answers all");
}

/** Nothing piles up, in the process or on the disk. */
export function checkLeaks(
  stage: Stage,
  { name, pid }: { readonly name: string; readonly pid: number },
): void {
  assert.deepEqual(
    namesIn(stage.file("run/kar98k")),
    [`${name}.lock`, `${name}.sock`],
  );
  // A save may be under way.
  const kept = namesIn(stage.file("state/kar98k"))
    .filter((file) => file !== `${name}.json.new`);
  assert.deepEqual(
    kept,
    [...["json", "json.lock", "log"].map((end) => `${name}.${end}`), "records"],
  );
  const open = namesIn(`/proc/${pid}/fd`).length;
  assert.ok(open < FILES_MAX, `${open} files are open`);
}

/** Writes a config, and builds its plan as kar does. */
export async function configured(
  stage: Stage,
  { base, arrivals }: {
    readonly base: number;
    readonly arrivals: "poisson" | "uniform";
  },
): Promise<Plan> {
  await stage.configure({
    arrivals,
    controller:
      `{ base_tps: ${base}, max_tps: 300, ramp_up_duration: 3s, shutdown_timeout: 5s }`,
    pattern:
      "{ poisson: { enabled: true, lambda: 0.3, ramp_down: 5s }, noise: { enabled: true } }",
    limits: "{ max_lateness: 10s }",
  });
  const text = await Deno.readTextFile(stage.config);
  const parsed = parseConfig(text, {
    file: stage.config,
    overrides: [],
    environment: () => undefined,
    systemZone: "UTC",
  });
  return buildPlan(configOf(parsed), { drawSeed: () => 0 });
}

/** What is in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

/** All counts together. */
function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
