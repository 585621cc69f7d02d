/**
 * One plan, one seed, one start: a server reads the same set of requests, byte
 * by byte, however many workers send them, from stripes together, and it is the
 * set that `kar simulate --digest content` is the digest of.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { readSources } from "../../src/transport/clients/mod.ts";
import {
  eachRequest,
  RequestBytes,
} from "../../src/cli/checking/content_digest.ts";
import { requestFor, varsOf } from "../../src/cli/checking/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { startRun } from "../../src/run/mod.ts";
import type { PlanSources } from "../../src/transport/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
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
journeys:
  - name: buy
    base: ${origin}
    steps:
      - { name: login, post: /login, json: { user: "{{users.name}}", key: "{{hex 8}}" } }
      - think: { mean: 20ms }
      - name: browse
        get: "/items/{{items.id}}?page={{int 1 40}}"
        headers: { x-id: "{{id}}", x-uuid: "{{uuid}}" }
        repeat: { int: [1, 4] }
      - name: pay
        probability: 0.4
        post: /orders
        form: { user: "{{users.name}}", n: "{{seq}}", note: "{{pick a b c}}" }
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

/** What of a head is the same for all runs. */
const COMPARED = ["content-type", "x-id", "x-uuid"];

/** A request as a text to compare. */
function lineOf(
  start: string,
  headers: Readonly<Record<string, unknown>>,
  body: string,
): string {
  const head = COMPARED.map((name) => `${name}: ${headers[name] ?? ""}`);
  return [start, ...head, body].join("\n");
}

async function startServer() {
  let seen: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      const body = pieces.map((piece) => new TextDecoder().decode(piece));
      const { method, url, headers } = request;
      seen.push(lineOf(`${method} ${url}`, headers, body.join("")));
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

async function loaded(origin: string, workers: number) {
  const plan = buildPlan(config(planText(origin, workers)), {
    drawSeed: () => 1,
  });
  const { sources } = await readSources({
    data: plan.data!,
    files: [],
    limits: plan.limits,
    variables: {},
  });
  return { plan, sources };
}

/** The requests that are simulated, as the server would read them. */
async function simulated(
  { plan, sources }: { plan: Plan; sources: PlanSources },
): Promise<string[]> {
  const requests = await Promise.all(
    plan.targets.map((target) =>
      requestFor(new FakeSystem(), target, { plan, sources, variables: {} })
    ),
  );
  const vars = plan.targets.map((target) => varsOf(target, plan));
  const span = { startMs: START_MS, durationMs: DURATION_MS };
  const bytes = new RequestBytes();
  const lines: string[] = [];
  eachRequest({ plan, requests, vars }, span, (request) => {
    const text = new TextDecoder().decode(bytes.of(request));
    const end = text.indexOf("\n\n");
    const [start, ...head] = text.slice(0, end).split("\n");
    const headers = Object.fromEntries(
      head.map((line) => line.split(": ", 2) as [string, string]),
    );
    lines.push(lineOf(start!, headers, text.slice(end + 2)));
  });
  return lines.toSorted();
}

Deno.test("one, two and eight workers, two stripes, and who simulates, come to the same requests byte by byte", async () => {
  const server = await startServer();
  const send = async (
    workers: number,
    stripe?: { readonly index: number; readonly count: number },
  ) => {
    const run = await startRun({
      ...await loaded(server.origin, workers),
      variables: {},
      startMs: START_MS,
      durationMs: DURATION_MS,
      ...(stripe && { stripe }),
    });
    const { missed, failed } = await run.finished;
    assert.deepEqual([missed, failed], [{}, {}]);
  };
  const expected = await simulated(await loaded(server.origin, 1));
  assert.ok(expected.length > 300, `${expected.length}`);
  assert.ok(new Set(expected).size > 0.9 * expected.length);
  for (const path of ["/login", "/items", "/orders"]) {
    assert.ok(expected.some((line) => line.includes(path)), path);
  }
  for (const workers of [1, 2, 8]) {
    await send(workers);
    assert.deepEqual(server.take(), expected, `${workers} workers`);
  }
  await send(2, { index: 1, count: 2 });
  await send(1, { index: 2, count: 2 });
  assert.deepEqual(server.take(), expected, "stripes");
  await server.stop();
});
