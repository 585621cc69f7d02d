import {
  type EchoOptions,
  type EchoServer,
  startEcho,
} from "../../src/echo/mod.ts";
import { FakeSystem } from "./fake_system.ts";

/*
 * The real engine against the real sample server, driven through a process in
 * memory. Each run lasts a second at most; nothing here depends on how fast.
 */

/** Where plan time begins in tests that say so. */
export const START = "2026-11-24T09:00:00Z";

/** A config without chance, for a target at a URL. */
export function configFor(url: string): string {
  return `
targets:
  - { name: api, url: "${url}", timeout: 5s }
controller: { base_tps: 50, max_tps: 200, ramp_up_duration: 0s, shutdown_timeout: 20s }
timezone: UTC
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
# A busy machine must not turn requests into missed ones here.
limits: { max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
`;
}

/** A fake process and the server that its config names. */
export interface Trial {
  readonly system: FakeSystem;
  readonly server: EchoServer;
}

/** Starts a server, and gives a fake process that has its config as kar.yaml. */
export async function withServer(
  words: string,
  use: (trial: Trial) => Promise<void>,
  faults: EchoOptions["faults"] = {},
): Promise<void> {
  const server = await startEcho({ port: 0, faults });
  const url = `http://127.0.0.1:${server.ports.http}/api/health`;
  const system = new FakeSystem({
    args: ["run", "--config", "kar.yaml", ...words.split(" ").filter(Boolean)],
    files: { "kar.yaml": configFor(url) },
  });
  try {
    await use({ system, server });
  } finally {
    await server.shutdown();
  }
}
