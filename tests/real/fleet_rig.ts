import { setTimeout as pause } from "node:timers/promises";
import { NatsServer } from "../fleet/nats_server.ts";
import { CountingServer, KarProcess } from "./fleet_members.ts";

const START_MS = 20_000;
/** How long the traffic lasts. */
export const LENGTH_SEC = 30;

/** A bus, a target, and a config for three members. */
export interface FleetRig {
  readonly nats: NatsServer;
  readonly target: CountingServer;
  readonly folder: string;
  readonly url: string;
  readonly config: string;
  /** The instant at which the traffic begins. */
  readonly atMs: number;
  member(part: number, ...more: readonly string[]): KarProcess;
}

/** Sets one up, and leaves nothing behind. */
export async function withFleet(
  program: string,
  keys: string,
  use: (rig: FleetRig) => Promise<void>,
): Promise<void> {
  const nats = await NatsServer.start(program);
  const target = new CountingServer();
  const folder = await Deno.makeTempDir({ prefix: "kar-fleet-" });
  const config = `${folder}/kar.yaml`;
  await Deno.writeTextFile(
    config,
    `
controller: { base_tps: 90, max_tps: 900, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false } }
metrics: { enabled: false }
# A check has no identity of its own.
health: { enabled: false }
targets:
  - name: api
    url: ${target.url}
    headers: { x-id: "{{uuid}}" }
${keys}`,
  );
  const url = `nats://127.0.0.1:${nats.port}/blue`;
  const atMs = Math.ceil((Date.now() + START_MS) / 1000) * 1000;
  const at = new Date(atMs).toISOString();
  const member = (part: number, ...more: readonly string[]) =>
    new KarProcess(
      ...["run", "--config", config, "--fleet", url, "--stripe", `${part}/3`],
      ...["--at", at, "--duration", `${LENGTH_SEC}s`, "--node", `n${part}`],
      ...["--record", `${folder}/${part}.kar`, ...more],
    );
  try {
    await use({ nats, target, folder, url, config, atMs, member });
  } finally {
    await target.close();
    await nats.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until so long after the traffic began. */
export async function untilSec({ atMs }: FleetRig, sec: number): Promise<void> {
  await pause(Math.max(0, atMs + sec * 1000 - Date.now()));
}

/** A viewer that keeps report and record. */
export function viewer({ url, folder }: FleetRig): KarProcess {
  return new KarProcess(
    ...["watch", url, "--out", `json=${folder}/all.json`],
    ...["--record", `${folder}/all.kar`],
  );
}
