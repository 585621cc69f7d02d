import assert from "node:assert/strict";
import {
  tellsGhz,
  tellsH2load,
  tellsK6,
  tellsOha,
  tellsVegeta,
  tellsWrk,
  tellsWrk2,
} from "../../scripts/bench/pacing/peer_output.ts";

Deno.test("tellsOha() reads seconds, from the intended instant, and counts what was answered", () => {
  const json = JSON.stringify({
    statusCodeDistribution: { "200": 90, "503": 10 },
    latencyPercentiles: { p50: 0.0001, p90: 0.002, p99: null },
  });
  assert.deepEqual(tellsOha(json), {
    requests: 90,
    response: { p50: 100, p90: 2000, p99: null },
  });
});

Deno.test("tellsWrk2() reads both of its distributions and units", () => {
  const text = `Running 3s test @ http://127.0.0.1:1/
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    1.01ms
 75.000%    1.48ms
 90.000%    1.20s 
 99.000%    2.00m
 99.900%   86.59ms

  Detailed Percentile spectrum:
       1.015     0.500000         1490         2.00
  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%   68.00us
 90.000%  124.00us
 99.000%   19.97ms
  2982 requests in 3.01s, 119.40KB read
`;
  assert.deepEqual(tellsWrk2(text), {
    requests: 2982,
    seconds: 3.01,
    response: { p50: 1010, p90: 1.2e6, p99: 1.2e8 },
    service: { p50: 68, p90: 124, p99: 19_970 },
  });
});

Deno.test("tellsWrk() reads the distribution that it prints", () => {
  const text = `  Latency Distribution
     50%   20.00us
     75%   27.00us
     90%   59.00us
     99%    2.04ms
  74330 requests in 2.10s, 8.72MB read
`;
  assert.deepEqual(tellsWrk(text), {
    requests: 74_330,
    seconds: 2.1,
    service: { p50: 20, p90: 59, p99: 2040 },
  });
});

Deno.test("tellsVegeta() makes lag of when each request was sent and which it was", () => {
  // Even at 1,000 a second; every tenth leaves 2 ms late, in a scrambled order.
  const lines = Array.from({ length: 1000 }, (_, i) => {
    const n = i * 7 % 1000;
    const lateNs = n % 10 === 0 ? 2_000_000 : 0;
    const ns = 1_796_064_689_688_000_000n + BigInt(n * 1_000_000 + lateNs);
    return `${ns},200,100000,0,3,,b2sK,,${n},GET,http://127.0.0.1/,`;
  });
  lines.push("1796064689688000000,0,100,0,0,refused,,,1000,GET,,");
  const told = tellsVegeta(lines.join("\n") + "\n", 1000);
  assert.equal(told.requests, 1000);
  assert.equal(Math.round(told.lag!.p50!), 0);
  assert.equal(Math.round(told.lag!.p99!), 2000);
  assert.deepEqual(told.service, { p50: 100, p90: 100, p99: 100 });
  assert.equal(Math.round(told.response!.p50!), 100);
  assert.equal(Math.round(told.response!.p99!), 2100);
});

Deno.test("tellsK6() reads milliseconds", () => {
  const json = JSON.stringify({
    http_reqs: { values: { count: 2010, rate: 999 } },
    http_req_failed: { values: { rate: 0, passes: 10, fails: 2000 } },
    http_req_duration: {
      values: { "p(50)": 0.125, "p(90)": 0.25, "p(99)": 1.5 },
    },
  });
  assert.deepEqual(tellsK6(json), {
    requests: 2000,
    service: { p50: 125, p90: 250, p99: 1500 },
  });
});

Deno.test("tellsH2load() reads the log of its requests", () => {
  const lines = Array.from(
    { length: 20 },
    (_, i) => `179606534${i}\t200\t${i}`,
  );
  assert.deepEqual(tellsH2load(lines.join("\n") + "\n"), {
    requests: 20,
    service: { p50: 10, p90: null, p99: null },
  });
});

Deno.test("tellsGhz() reads nanoseconds, and a run without an answer", () => {
  const json = JSON.stringify({
    statusCodeDistribution: { OK: 200, Canceled: 4 },
    latencyDistribution: [{ percentage: 50, latency: 1_238_000 }],
  });
  assert.deepEqual(tellsGhz(json), {
    requests: 200,
    service: { p50: 1238, p90: null, p99: null },
  });
  const none = JSON.stringify({
    statusCodeDistribution: { Unavailable: 1 },
    latencyDistribution: null,
  });
  const told = tellsGhz(none);
  assert.equal(told.requests, 0);
  assert.equal(told.service!.p50, null);
});
