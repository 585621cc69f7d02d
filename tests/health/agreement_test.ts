/** Bounds that the config tells, and that the breaker has. */
import assert from "node:assert/strict";
import {
  REQUESTS_TO_TRIP,
  RETRY_AFTER_MS_MAX,
  WINDOW_SEC,
} from "../../src/health/mod.ts";
import { MAX_US } from "../../src/stats/mod.ts";
import { problems } from "../config/support.ts";

function said(safety: string, base = 100): string {
  return problems(
    `targets: [{ name: api, url: http://localhost/ }]
controller: { base_tps: ${base} }
safety: { enabled: true, error_rate_above: 5, ${safety} }
`,
  ).join("\n");
}

Deno.test("parseConfig() warns just where the breaker's window can never have its requests", () => {
  const least = REQUESTS_TO_TRIP / WINDOW_SEC;
  assert.equal(said("", least), "");
  const bound = `${REQUESTS_TO_TRIP} requests in ${WINDOW_SEC}s`;
  assert.ok(said("", least - 0.01).includes(bound));
});

Deno.test("parseConfig() takes as long a silence as a target may ask for, and no longer", () => {
  assert.equal(said(`resume_after: ${RETRY_AFTER_MS_MAX}ms`), "");
  assert.match(said(`resume_after: ${RETRY_AFTER_MS_MAX + 1}ms`), /24h/);
});

Deno.test("parseConfig() takes no p95 that a histogram could not tell from a longer one", () => {
  const boundMs = Number(/to (\d+)s/.exec(said("p95_latency_above: 10m"))![1]) *
    1000;
  // A bound in the last cell would have nothing above it.
  assert.ok(boundMs * 1000 < MAX_US);
});
