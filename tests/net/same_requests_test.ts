/**
 * One plan, one seed, one start: a server reads the same set of requests, byte
 * by byte, however many workers send them, and from stripes together.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { readSources } from "../../src/transport/clients/mod.ts";
import { startRun } from "../../src/run/mod.ts";
import { config } from "../config/support.ts";

const START_MS = Date.UTC(2026, 0, 1);
const DURATION_MS = 1000;

function planText(origin: string, workers: number): string {
  return `
targets:
  - name: item
    url: "${origin}/items/{{items.id}}?page={{int 1 40}}&color={{pick red green}}"
    headers: { x-id: "{{id}}", x-uuid: "{{uuid}}" }
  - name: order
    url: ${origin}/orders
    method: POST
    json: { user: "{{users.name}}", n: "{{seq}}", at: "{{now iso}}", hex: "{{hex 20}}" }
data:
  items: { values: [{ id: 1 }, { id: 2 }, { id: 3 }], pick: zipf }
  users: { values: [{ name: Ann }, { name: Bob }, { name: Zoë }], pick: shuffle }
controller: { base_tps: 200, max_tps: 200, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
limits: { max_lateness: 1m }
health: { enabled: false }
metrics: { enabled: false }
workers: ${workers}
`;
}

async function startServer() {
  let seen: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      const body = pieces.map((piece) => new TextDecoder().decode(piece));
      const { method, url, rawHeaders } = request;
      const head = rawHeaders.filter((text) => !text.startsWith("kar/"));
      seen.push([method, url, ...head, body.join("")].join(" "));
      response.end("ok");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    take() {
      const taken = seen;
      seen = [];
      return taken.toSorted();
    },
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

Deno.test("one, two and eight workers, and two stripes, send the same requests byte by byte", async () => {
  const server = await startServer();
  const send = async (
    workers: number,
    stripe?: { readonly index: number; readonly count: number },
  ) => {
    const plan = buildPlan(config(planText(server.origin, workers)), {
      drawSeed: () => 1,
    });
    const { sources } = await readSources({
      data: plan.data!,
      files: [],
      limits: plan.limits,
      variables: {},
    });
    const run = await startRun({
      plan,
      variables: {},
      sources,
      startMs: START_MS,
      durationMs: DURATION_MS,
      ...(stripe && { stripe }),
    });
    await run.finished;
  };
  const sets: string[][] = [];
  for (const workers of [1, 2, 8]) {
    await send(workers);
    sets.push(server.take());
  }
  await send(2, { index: 1, count: 2 });
  await send(1, { index: 2, count: 2 });
  sets.push(server.take());
  await server.stop();
  assert.ok(sets[0]!.length > 120, `${sets[0]!.length}`);
  assert.equal(new Set(sets[0]).size, sets[0]!.length);
  for (const set of sets.slice(1)) assert.deepEqual(set, sets[0]);
});
