import assert from "node:assert/strict";
import fc from "fast-check";
import { SLOT_MS } from "../../src/base/mod.ts";
import {
  MAX_ROUTES,
  RequestCounter,
  WINDOW_MS,
} from "../../src/echo/request_counter.ts";

const EPOCH_MS = 1_700_000_000_000;

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}

Deno.test("RequestCounter.read() of nothing is empty", () => {
  assert.deepEqual(new RequestCounter().read(), {
    total: 0,
    refused: 0,
    routes: [],
    arrivals: { stepMs: 1000, startMs: 0, counts: [] },
  });
});

Deno.test("RequestCounter.read() lists routes by method and path, most frequent first", () => {
  const tally = new RequestCounter();
  for (let i = 0; i < 3; i++) tally.count("GET", "/health", EPOCH_MS);
  tally.count("POST", "/health", EPOCH_MS);
  for (const id of [1, 2]) tally.count("GET", `/api/users/${id}`, EPOCH_MS);
  tally.countRefused();
  const { total, refused, routes } = tally.read();
  assert.equal(total, 6);
  assert.equal(refused, 1);
  assert.deepEqual(routes, [
    { method: "GET", path: "/health", count: 3 },
    { method: "GET", path: "/api/users/:id", count: 2 },
    { method: "POST", path: "/health", count: 1 },
  ]);
});

Deno.test("RequestCounter.count() keeps a bounded list of routes and an exact total", () => {
  const tally = new RequestCounter();
  const paths = MAX_ROUTES + 500;
  for (let i = 0; i < paths; i++) tally.count("GET", `/${i}`, EPOCH_MS);
  const { total, routes } = tally.read();
  assert.equal(total, paths);
  assert.equal(routes.length, MAX_ROUTES + 1);
  assert.deepEqual(routes[0], {
    method: "(other)",
    path: "(other)",
    count: 500,
  });
});

Deno.test("RequestCounter.read() puts every arrival into its step", () => {
  const tally = new RequestCounter();
  for (const atMs of [0, 99, 100, 950, 1000, 2999]) {
    tally.count("GET", "/", EPOCH_MS + atMs);
  }
  const { startMs, counts } = tally.read(1000).arrivals;
  assert.equal(startMs, EPOCH_MS);
  assert.deepEqual(counts, [4, 1, 1]);
  assert.deepEqual(tally.read(100).arrivals.counts.slice(0, 11), [
    2,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    1,
  ]);
});

Deno.test("RequestCounter.read() forgets what is older than its window, and nothing else", () => {
  const tally = new RequestCounter();
  tally.count("GET", "/", EPOCH_MS);
  tally.count("GET", "/", EPOCH_MS + SLOT_MS);
  tally.count("GET", "/", EPOCH_MS + WINDOW_MS);
  const { total, arrivals } = tally.read(SLOT_MS);
  assert.equal(total, 3);
  assert.equal(arrivals.startMs, EPOCH_MS + SLOT_MS);
  assert.equal(sum(arrivals.counts), 2);
  tally.count("GET", "/", EPOCH_MS + 10 * WINDOW_MS);
  assert.deepEqual(tally.read(SLOT_MS).arrivals.counts, [1]);
});

Deno.test("RequestCounter.read() equals a count by hand, for any arrivals and any step", () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: WINDOW_MS / 2 }), {
    minLength: 1,
  });
  const steps = fc.integer({ min: 1, max: 100 }).map((n) => n * SLOT_MS);
  fc.assert(fc.property(arrivals, steps, (offsetsMs, stepMs) => {
    const tally = new RequestCounter();
    const byHand = new Map<number, number>();
    for (const offsetMs of offsetsMs) {
      const atMs = EPOCH_MS + offsetMs;
      tally.count("GET", "/", atMs);
      const step = Math.floor(atMs / stepMs) * stepMs;
      byHand.set(step, (byHand.get(step) ?? 0) + 1);
    }
    const { startMs, counts } = tally.read(stepMs).arrivals;
    assert.equal(startMs, Math.min(...byHand.keys()));
    assert.equal(
      startMs + (counts.length - 1) * stepMs,
      Math.max(...byHand.keys()),
    );
    counts.forEach((count, i) =>
      assert.equal(count, byHand.get(startMs + i * stepMs) ?? 0)
    );
  }));
});
