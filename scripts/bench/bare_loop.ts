/**
 * The least that Deno lets an HTTP/1.1 client cost: a write and a read for each
 * request, on as many connections, and no look at what was read. What kar's
 * client costs beyond it is kar's own. Arguments and result as those of
 * `closed_loop.ts`.
 */
import process from "node:process";
import type { ClosedLoop, ClosedLoopResult } from "./closed_loop.ts";

const WARM_UP_MS = 500;
/** The benchmark's server answers with less. */
const READ_BYTES = 4096;

async function drive(
  { url, connections, durationMs }: ClosedLoop,
): Promise<ClosedLoopResult> {
  const { hostname, port, host } = new URL(url);
  const request = new TextEncoder().encode(
    `GET / HTTP/1.1\r\nhost: ${host}\r\nuser-agent: kar-bench\r\n\r\n`,
  );
  let requests = 0;
  for (let i = 0; i < connections; i++) {
    const conn = await Deno.connect({ hostname, port: Number(port) });
    const buffer = new Uint8Array(READ_BYTES);
    const send = () => {
      void conn.write(request);
      void conn.read(buffer).then(onRead);
    };
    const onRead = (length: number | null) => {
      if (length === null) throw new Error(`${url} closed a connection`);
      requests++;
      send();
    };
    send();
  }
  await pause(WARM_UP_MS);
  requests = 0;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await pause(durationMs);
  const { user, system } = process.cpuUsage(cpu);
  return {
    requests,
    failed: 0,
    seconds: (performance.now() - startMs) / 1000,
    cpuSec: (user + system) / 1e6,
    p50Ms: null,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const result = await drive(JSON.parse(Deno.args[0]!) as ClosedLoop);
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
