import assert from "node:assert/strict";
import { needsOf } from "../../src/cli/doctor/needs.ts";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";

/** What the plan of a config wants of its machine. */
function needs(text: string) {
  const parsed = parseConfig(text, {
    file: "kar.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  assert.deepEqual(parsed.problems, []);
  return needsOf(buildPlan(configOf(parsed), { drawSeed: () => 1 }));
}

const TARGET = `
targets: [{ name: api, url: "http://127.0.0.1/", weight: 3 }]
controller: { base_tps: 100, max_tps: 800 }
`;

Deno.test("needsOf() takes the highest rate that the plan may reach", () => {
  assert.equal(needs(TARGET).rate, 800);
});

Deno.test("needsOf() takes the highest rate of all scenarios", () => {
  const scenarios = `
scenarios:
  - { name: calm, duration: 1m, base_tps: 50 }
  - { name: rush, duration: 1m, base_tps: 2000, max_tps: 5000 }
`;
  assert.equal(needs(TARGET + scenarios).rate, 5000);
});

Deno.test("needsOf() counts the steps of journeys by their share of the arrivals", () => {
  const journeys = `
journeys:
  - name: shop
    weight: 1
    base: "http://127.0.0.1"
    steps:
      - { name: open, get: /, repeat: 5 }
      - { name: buy, get: /buy }
`;
  // Three of four arrivals are one request, the fourth is six.
  assert.equal(needs(TARGET + journeys).rate, 800 * (3 + 6) / 4);
});

Deno.test("needsOf() takes the fewest requests after which a connection is replaced", () => {
  const limited = `
targets:
  - { name: a, url: "http://127.0.0.1/", max_requests_per_connection: 100 }
  - { name: b, url: "http://127.0.0.1/", max_requests_per_connection: 20 }
limits: { in_flight: 70, connections: 300 }
`;
  const { perConnection, connections } = needs(limited);
  assert.deepEqual([perConnection, connections], [20, 70]);
});
