import { startEchoInWorker } from "../../echo/mod.ts";
import { startRun } from "../../run/mod.ts";
import { parseText, planOf } from "../load_plan.ts";
import type { System } from "../system.ts";

const SECOND_MS = 1000;
/** More than any machine of today sends to itself. */
const RATE = 100_000;

/**
 * Requests a second that this machine sends to a server of its own, measured
 * for a second. The server takes a share of the machine, so it is a lower bound.
 */
export async function measureOwnRate(system: System): Promise<number> {
  const server = await startEchoInWorker({ port: 0 });
  try {
    const text = `
targets: [{ name: self, url: "http://127.0.0.1:${server.ports.http}/api/health" }]
controller: { base_tps: ${RATE}, max_tps: ${RATE}, ramp_up_duration: 0s, shutdown_timeout: 1s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
limits: { in_flight: 64, connections: 64, max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
`;
    const { plan } = planOf(system, parseText(system, { text, file: "doctor" }));
    const run = await startRun({ plan, variables: {}, durationMs: SECOND_MS });
    const { ok } = await run.finished;
    return ok / SECOND_MS * 1000;
  } finally {
    await server.shutdown();
  }
}
