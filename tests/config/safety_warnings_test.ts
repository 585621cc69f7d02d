import assert from "node:assert/strict";
import { MINIMAL, problems } from "./support.ts";

function warningsWith(safety: string, base = 100, timeout = "30s"): string[] {
  return problems(
    `targets: [{ name: api, url: http://localhost/, timeout: ${timeout} }]
controller: { base_tps: ${base} }
safety: { ${safety} }
`,
  );
}

Deno.test("parseConfig() warns of a breaker that has too few requests to trip", () => {
  const on = "enabled: true, error_rate_above: 5";
  assert.match(
    warningsWith(on, 1.9)[0]!,
    /safety.enabled: warning: .*20 requests in 10s .* base_tps is below 2/,
  );
  assert.deepEqual(warningsWith(on, 2), []);
  assert.deepEqual(warningsWith("error_rate_above: 5", 1), []);
});

Deno.test("parseConfig() warns of a latency that no request can have", () => {
  const on = "enabled: true, p95_latency_above: 5s";
  assert.match(
    warningsWith(on, 100, "5s")[0]!,
    /p95_latency_above: warning: no request takes longer than its timeout, 5s at most/,
  );
  assert.deepEqual(warningsWith(on, 100, "5100ms"), []);
  assert.deepEqual(warningsWith("p95_latency_above: 5s", 100, "1s"), []);
});

Deno.test("parseConfig() refuses a p95 past what is told apart, and a breaker that watches nothing", () => {
  const one = (safety: string) => problems(`${MINIMAL}safety: { ${safety} }\n`);
  assert.match(
    one("enabled: true, p95_latency_above: 1m")[0]!,
    /p95_latency_above: must be from 1ms to 50s, got "1m"/,
  );
  assert.match(
    one("enabled: true")[0]!,
    /safety.enabled: has nothing to watch, must come with error_rate_above or p95_latency_above/,
  );
  assert.match(one("enabled: true, error_rate_above: 101")[0]!, /at most 100/);
  assert.match(
    one("enabled: true, error_rate_above: 1, webhook: ftp://x/")[0]!,
    /safety.webhook: must be an address/,
  );
  assert.match(
    one("enabled: true, error_rate_above: 1, resume_after: 1s")[0]!,
    /resume_after: must be from 10s to 24h/,
  );
});

Deno.test("parseConfig() warns of a share where percent are wanted", () => {
  const of = (rate: string) =>
    warningsWith(`enabled: true, error_rate_above: ${rate}`);
  assert.match(
    of("0.05").join(),
    /error_rate_above: warning: is in percent: 0.05 is one failure in 2000 requests, 5 is a share of 0.05/,
  );
  assert.deepEqual(of("5"), []);
  assert.deepEqual(of("0"), []);
});
