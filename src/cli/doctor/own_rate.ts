import { startEchoInWorker } from "../../echo/mod.ts";
import { startRun } from "../../run/mod.ts";
import { parseText, planOf } from "../load_plan.ts";
import type { System } from "../system.ts";

/** Rates that are tried for a part of a second each, until one is more than can be sent. */
const RATES = [1000, 4000, 16_000, 64_000];
const PART_MS = 300;
/** From this share on a rate was sent; the next one is tried. */
const SENT_SHARE = 0.7;

/**
 * Requests a second that this machine sends to a server of its own, measured
 * for about a second. The server takes a share of the machine, so it is a lower
 * bound.
 */
export async function measureOwnRate(system: System): Promise<number> {
  const server = await startEchoInWorker({ port: 0 });
  try {
    let most = 0;
    for (const rate of RATES) {
      const sent = await sentAt(system, server.ports.http, rate);
      most = Math.max(most, sent);
      if (sent < rate * SENT_SHARE) break;
    }
    return most;
  } finally {
    await server.shutdown();
  }
}

/** Requests a second that were answered at a rate. */
async function sentAt(
  system: System,
  port: number,
  rate: number,
): Promise<number> {
  const text = `
targets: [{ name: self, url: "http://127.0.0.1:${port}/api/health" }]
controller: { base_tps: ${rate}, max_tps: ${rate}, ramp_up_duration: 0s, shutdown_timeout: 1s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
limits: { in_flight: 64, connections: 64 }
health: { enabled: false }
metrics: { enabled: false }
`;
  const { plan } = planOf(system, parseText(system, { text, file: "doctor" }));
  const run = await startRun({ plan, variables: {}, durationMs: PART_MS });
  const { ok } = await run.finished;
  return ok / PART_MS * 1000;
}
