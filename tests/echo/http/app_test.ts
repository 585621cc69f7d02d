import assert from "node:assert/strict";
import { type Faults, resolveFaults } from "../../../src/echo/faults.ts";
import { FaultInjector } from "../../../src/echo/fault_injector.ts";
import {
  createApp,
  type FetchHandler,
  MAX_BODY_BYTES,
} from "../../../src/echo/http/mod.ts";
import {
  type EchoStats,
  RequestCounter,
} from "../../../src/echo/request_counter.ts";

function app(faults: Partial<Faults> = {}): FetchHandler {
  return createApp(
    new RequestCounter(),
    new FaultInjector(resolveFaults(faults)),
  );
}

async function ask(
  handler: FetchHandler,
  path: string,
  init?: RequestInit,
): Promise<Response> {
  return await handler(new Request(`http://echo.test${path}`, init));
}

async function stats(handler: FetchHandler, query = ""): Promise<EchoStats> {
  return await (await ask(handler, `/api/stats${query}`)).json();
}

function post(body: BodyInit): RequestInit {
  return { method: "POST", body };
}

Deno.test("createApp() is healthy under both names and for every method", async () => {
  for (const path of ["/health", "/api/health", "/health?deep=1"]) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await ask(app(), path, { method });
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { status: "ok" });
    }
  }
});

Deno.test("createApp() says at / what there is", async () => {
  const text = await (await ask(app(), "/")).text();
  for (const path of ["/health", "/api/echo", "/api/users", "/api/stats"]) {
    assert.ok(text.includes(path), path);
  }
});

Deno.test("createApp() echoes method, path, headers and text", async () => {
  const init = { ...post("grüß dich"), headers: { "x-kar": "98" } };
  const said = await (await ask(app(), "/api/echo?a=1", init)).json();
  assert.equal(said.method, "POST");
  assert.equal(said.path, "/api/echo");
  assert.equal(said.headers["x-kar"], "98");
  assert.equal(said.bodyBytes, 11);
  assert.equal(said.body, "grüß dich");
});

Deno.test("createApp() echoes bytes that are no text as base64", async () => {
  const init = post(new Uint8Array([0xff, 0x00, 0x10]));
  const said = await (await ask(app(), "/api/echo", init)).json();
  assert.equal(said.bodyBytes, 3);
  assert.equal(said.bodyBase64, "/wAQ");
  assert.equal("body" in said, false);
});

Deno.test("createApp() echoes a request without a body", async () => {
  const said = await (await ask(app(), "/api/echo")).json();
  assert.equal(said.method, "GET");
  assert.equal(said.bodyBytes, 0);
  assert.equal("body" in said, false);
});

Deno.test("createApp() takes a body up to its bound, announced or not", async () => {
  const fits = new Uint8Array(MAX_BODY_BYTES);
  const exceeds = new Uint8Array(MAX_BODY_BYTES + 1);
  const headers = { "content-length": String(MAX_BODY_BYTES + 1) };
  const rows: [RequestInit, number][] = [
    [post(fits), 200],
    [post(exceeds), 413],
    [{ ...post(exceeds), headers }, 413],
  ];
  for (const [init, status] of rows) {
    assert.equal((await ask(app(), "/api/echo", init)).status, status);
  }
});

Deno.test("createApp() answers 400 when a body breaks off", async () => {
  for (const path of ["/api/echo", "/api/users"]) {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("gone")),
    });
    assert.equal((await ask(app(), path, post(broken))).status, 400);
  }
});

Deno.test("createApp() creates, reads, replaces and deletes users", async () => {
  const handler = app();
  const draft = { name: "Kurt", email: "kurt@example.com" };
  const json = JSON.stringify(draft);
  const seeds = await (await ask(handler, "/api/users")).json();
  assert.equal(seeds.length, 5);

  const created = await ask(handler, "/api/users", post(json));
  assert.equal(created.status, 201);
  assert.deepEqual(await created.json(), { id: 6, ...draft });

  const put = { method: "PUT", body: JSON.stringify({ name: "Emmy" }) };
  const replaced = await ask(handler, "/api/users/6", put);
  assert.deepEqual(await replaced.json(), { id: 6, name: "Emmy", email: "" });
  const read = await ask(handler, "/api/users/6");
  assert.deepEqual(await read.json(), { id: 6, name: "Emmy", email: "" });

  const gone = await ask(handler, "/api/users/6", { method: "DELETE" });
  assert.equal(gone.status, 204);
  assert.equal((await ask(handler, "/api/users/6")).status, 404);
});

Deno.test("createApp() says what is wrong with a user, and which is not there", async () => {
  const handler = app();
  const rows: [string, RequestInit, number][] = [
    ["/api/users", post("{"), 400],
    ["/api/users", post('{"email":"x"}'), 400],
    ["/api/users", post(new Uint8Array([0xff])), 400],
    ["/api/users/1", { method: "PUT", body: "[]" }, 400],
    ["/api/users/99", { method: "PUT", body: '{"name":"x"}' }, 404],
    ["/api/users/99", { method: "DELETE" }, 404],
    ["/api/users/one", {}, 404],
    ["/nowhere", {}, 404],
  ];
  for (const [path, init, status] of rows) {
    const response = await ask(handler, path, init);
    assert.equal(response.status, status, `${init.method} ${path}`);
    assert.equal(typeof (await response.json()).error, "string");
  }
});

Deno.test("createApp() counts every request but the question for the count", async () => {
  const handler = app();
  for (const path of ["/health", "/health", "/api/echo?x=1", "/nowhere"]) {
    await ask(handler, path);
  }
  await stats(handler);
  const { total, routes } = await stats(handler);
  assert.equal(total, 4);
  assert.deepEqual(routes, [
    { method: "GET", path: "/health", count: 2 },
    { method: "GET", path: "/api/echo", count: 1 },
    { method: "GET", path: "/nowhere", count: 1 },
  ]);
});

Deno.test("createApp() stamps each arrival between its sending and its answer", async () => {
  const handler = app();
  const sentMs: number[] = [];
  const doneMs: number[] = [];
  for (let i = 0; i < 30; i++) {
    sentMs.push(Date.now());
    await ask(handler, "/health");
    doneMs.push(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { startMs, counts } = (await stats(handler, "?step=100ms")).arrivals;
  let seen = 0;
  counts.forEach((count, i) => {
    seen += count;
    const endMs = startMs + (i + 1) * 100;
    assert.ok(seen >= doneMs.filter((ms) => ms < endMs).length);
    assert.ok(seen <= sentMs.filter((ms) => ms < endMs).length);
  });
  assert.equal(seen, 30);
});

Deno.test("createApp() refuses a step of time that it cannot count in", async () => {
  for (const step of ["soon", "0s", "150ms", "20m"]) {
    const response = await ask(app(), `/api/stats?step=${step}`);
    assert.equal(response.status, 400);
    assert.match((await response.json()).error, new RegExp(`step is ${step}`));
  }
});

Deno.test("createApp() refuses its share of requests with 500 and counts them", async () => {
  const handler = app({ errorShare: 0.3, seed: 5 });
  const statuses = [];
  for (let i = 0; i < 300; i++) {
    statuses.push((await ask(handler, "/health")).status);
  }
  const refused = statuses.filter((status) => status === 500).length;
  // Binomial: 90 expected, standard deviation 8; the seed makes it certain.
  assert.ok(refused > 50 && refused < 130, `${refused} of 300`);
  const seen = await stats(handler);
  assert.equal(seen.total, 300);
  assert.equal(seen.refused, refused);
});
