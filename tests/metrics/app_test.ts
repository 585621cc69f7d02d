import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { metricsApp } from "../../src/metrics/mod.ts";
import { RUN_STATES, type Snapshot } from "../../src/stats/mod.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

function appOf(overrides: Partial<Snapshot> = {}) {
  const snapshot = firingFixture(overrides);
  return metricsApp({ snapshot: () => snapshot, path: "/metrics" });
}

Deno.test("metricsApp() serves the text format at its path", async () => {
  const response = await appOf().request("/metrics");
  assert.equal(response.status, 200);
  assert.equal(
    response.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  assert.match(await response.text(), /^kar98k_active_workers 2$/m);
});

Deno.test("metricsApp() reads the snapshot at each scrape and never before", async () => {
  let reads = 0;
  const app = metricsApp({
    path: "/metrics",
    snapshot: () => firingFixture({ sentRate: ++reads }),
  });
  assert.equal(reads, 0);
  for (const read of [1, 2]) {
    const text = await (await app.request("/metrics")).text();
    assert.match(text, new RegExp(`^kar98k_achieved_tps ${read}$`, "m"));
  }
  assert.equal(reads, 2);
});

Deno.test("metricsApp() lives whatever the run does", async () => {
  for (const state of RUN_STATES) {
    assert.equal((await appOf({ state }).request("/healthz")).status, 200);
  }
});

Deno.test("metricsApp() is ready when armed, firing or paused, and then only", async () => {
  const ready = ["armed", "firing", "paused"];
  for (const state of RUN_STATES) {
    const response = await appOf({ state }).request("/readyz");
    assert.equal(response.status, ready.includes(state) ? 200 : 503, state);
    const text = await response.text();
    assert.equal(
      text,
      ready.includes(state) ? "ready\n" : `not ready: the state is ${state}\n`,
    );
  }
});

Deno.test("metricsApp() is not ready while a worker is missing", async () => {
  const response = await appOf({ workersUp: 1, workersWanted: 2 }).request(
    "/readyz",
  );
  assert.equal(response.status, 503);
  assert.equal(await response.text(), "not ready: 1 of 2 workers are up\n");
});

Deno.test("metricsApp() is read only", async () => {
  for (const path of ["/metrics", "/healthz", "/readyz"]) {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await appOf().request(path, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
    }
    const head = await appOf().request(path, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
  }
});

Deno.test("metricsApp() names its places to whoever is lost", async () => {
  const response = await appOf().request("/");
  assert.equal(response.status, 404);
  assert.equal(
    await response.text(),
    "kar serves /metrics, /metrics/part, /healthz, /readyz\n",
  );
});

Deno.test("metricsApp() answers a broken snapshot with a sentence and no stack", async () => {
  const app = metricsApp({
    path: "/metrics",
    snapshot: () => {
      throw new Error("memory is gone");
    },
  });
  const response = await app.request("/metrics");
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "memory is gone\n");
});

Deno.test("metricsApp() asks for patience while there is no run to read", async () => {
  const app = metricsApp({
    path: "/metrics",
    snapshot: () => {
      throw new KarError("cannotStart", "The run has not begun yet");
    },
  });
  for (const path of ["/metrics", "/readyz"]) {
    const response = await app.request(path);
    assert.equal(response.status, 503);
    assert.equal(await response.text(), "The run has not begun yet\n");
  }
  assert.equal((await app.request("/healthz")).status, 200);
});

Deno.test("metricsApp() has a few series with a label part where a fleet's run is watched, and none else", async () => {
  const part = { isAlone: false, due: 20, sent: 19, clockErrorMs: 2 };
  const app = metricsApp({
    path: "/metrics",
    snapshot: () => firingFixture(),
    whole: () =>
      Promise.resolve({
        snapshot: firingFixture({ workersUp: 5 }),
        parts: [
          { ...part, part: 1, isTelling: true },
          { ...part, part: 2, isTelling: false, clockErrorMs: null },
        ],
      }),
  });
  const text = await (await app.request("/metrics")).text();
  assert.match(text, /^kar98k_part_up\{part="1"\} 1$/m);
  assert.match(text, /^kar98k_part_up\{part="2"\} 0$/m);
  assert.match(text, /^kar98k_part_sent_total\{part="1"\} 19$/m);
  assert.match(text, /^kar98k_part_due_total\{part="2"\} 20$/m);
  assert.match(text, /^kar98k_part_clock_error_seconds\{part="1"\} 0.002$/m);
  assert.doesNotMatch(text, /clock_error_seconds\{part="2"\}/);
  assert.match(text, /^kar98k_active_workers 5$/m);
  const own = await (await app.request("/metrics/part")).text();
  assert.match(own, /^kar98k_active_workers 2$/m);
  assert.doesNotMatch(own, /kar98k_part_/);
  const single = await (await appOf().request("/metrics")).text();
  assert.doesNotMatch(single, /kar98k_part_/);
});
