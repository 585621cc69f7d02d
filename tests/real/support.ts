import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startRun } from "../../src/run/mod.ts";
import type { Plan, TargetPlan } from "../../src/plan/mod.ts";
import { type Snapshot, type Step, total } from "../../src/stats/mod.ts";
import { planWith, targetWith } from "../sim/harness.ts";

/** Certificates of the tests. */
export const TLS_FOLDER = fileURLToPath(
  new URL("../fixtures/tls/", import.meta.url),
);

const START_MS_MAX = 10_000;
const LOOK_MS = 20;

/** Whether a program is there; says so when it is not. */
export async function isFound(program: string): Promise<boolean> {
  const { code } = await new Deno.Command("sh", {
    args: ["-c", `command -v ${program}`],
    stdout: "null",
  }).output();
  if (code !== 0) console.log(`skipped: no ${program} on PATH`);
  return code === 0;
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** A server process of a test. */
export interface ServerProcess {
  stop(): Promise<void>;
}

/** Starts a server and waits until it listens. */
export async function startServer(
  command: readonly string[],
  port: number,
): Promise<ServerProcess> {
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await untilOpen(port);
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Waits until something listens on a port. */
export async function untilOpen(port: number): Promise<void> {
  for (let ms = 0; ms < START_MS_MAX; ms += LOOK_MS) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await pause(LOOK_MS);
    }
  }
  throw new Error(`Nothing listens on port ${port} after ${START_MS_MAX} ms`);
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A short plan of constant rate. */
export function planFor(
  target: Partial<TargetPlan>,
  base = 300,
): Plan {
  return planWith({
    pattern: { base, max: 10_000 },
    targets: [
      targetWith({
        client: "wire",
        tls: {
          ca: `${TLS_FOLDER}ca.crt`,
          cert: null,
          key: null,
          serverName: "localhost",
        },
        ...target,
      }),
    ],
  });
}

/** Runs a plan for real, in threads, and checks that the sums add up. */
export async function send(plan: Plan, durationMs: number): Promise<Snapshot> {
  const run = await startRun({ plan, variables: {}, durationMs });
  const snapshot = await run.finished;
  assert.equal(snapshot.due, snapshot.sent + total(snapshot.missed));
  assert.equal(snapshot.sent, snapshot.completed);
  return snapshot;
}

const RUN_MS_MAX = 120_000;
const SETTLING_MS = 1000;
const STEPS_AFTER = 3;

/**
 * Sends a plan to a server that stops and starts again meanwhile, until it has
 * answered for some seconds.
 *
 * @returns the whole run, and its seconds from one after the server was back
 */
export async function sendAcrossRestart(
  plan: Plan,
  server: { stop(): Promise<void>; restart(): Promise<void> },
): Promise<{ snapshot: Snapshot; after: readonly Step[] }> {
  const run = await startRun({ plan, variables: {}, durationMs: RUN_MS_MAX });
  await until(() => run.snapshot().ok > 0);
  await server.stop();
  await until(() => (run.snapshot().failed.refused ?? 0) > 0);
  await server.restart();
  const { nowMs, startMs } = run.snapshot();
  const fromMs = nowMs - startMs + SETTLING_MS;
  const after = ({ steps }: Snapshot) => steps.filter(({ t }) => t > fromMs);
  // The last second may still be under way.
  await until(() => after(run.snapshot()).length > STEPS_AFTER);
  run.drain();
  const snapshot = await run.finished;
  return { snapshot, after: after(snapshot).slice(0, STEPS_AFTER) };
}

async function until(holds: () => boolean): Promise<void> {
  for (let ms = 0; ms < RUN_MS_MAX; ms += LOOK_MS) {
    if (holds()) return;
    await pause(LOOK_MS);
  }
  throw new Error(`Not within ${RUN_MS_MAX} ms: ${holds}`);
}
