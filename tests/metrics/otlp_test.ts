import assert from "node:assert/strict";
import fc from "fast-check";
import { OtlpSender, otlpUrl, renderMetrics } from "../../src/metrics/mod.ts";
import { bucketOf } from "../../src/metrics/exponential.ts";
import { freePort } from "../fixtures/ports.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

/** What a receiver was sent. */
interface Received {
  readonly path: string;
  readonly type: string | null;
  // deno-lint-ignore no-explicit-any -- JSON of OTLP
  readonly body: any;
}

/** A receiver of OTLP over HTTP for as long as `use` takes. */
async function withReceiver(
  use: (url: string, received: readonly Received[]) => Promise<void>,
): Promise<void> {
  const received: Received[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      received.push({
        path: new URL(request.url).pathname,
        type: request.headers.get("content-type"),
        body: await request.json(),
      });
      return Response.json({});
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/v1/metrics`, received);
  } finally {
    await server.shutdown();
  }
}

const snapshot = snapshotFixture();

/** Every metric of a message, of whichever scope. */
function metricsIn({ body }: Received) {
  const [{ scopeMetrics }] = body.resourceMetrics;
  return scopeMetrics.flatMap(({ metrics }: { metrics: unknown[] }) => metrics);
}

/** Every series of a message: name, labels and value. */
function* seriesIn(message: Received) {
  for (const { name, sum, gauge } of metricsIn(message)) {
    for (const point of (sum ?? gauge)?.dataPoints ?? []) {
      const labels = point.attributes.map((
        { key, value }: { key: string; value: { stringValue: string } },
      ) => `${key}="${value.stringValue}"`).sort();
      yield { name, labels, value: point.asDouble ?? Number(point.asInt) };
    }
  }
}

/** The same of Prometheus's text; labels may hold no comma here. */
function parsed(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => /^[a-z]/.test(line));
  return new Map(lines.map((line) => {
    const [, name, labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(
      line,
    )!;
    return [`${name}{${labels.split(",").sort()}}`, Number(value)];
  }));
}

Deno.test("OtlpSender sends the very counts of /metrics", () =>
  withReceiver(async (url, received) => {
    const resource = { "service.name": "kar", "service.version": "1" };
    const sender = new OtlpSender({ url, resource });
    assert.equal(await sender.send(snapshot), null);
    await sender.close();
    const [message] = received;
    assert.equal(message!.path, "/v1/metrics");
    assert.match(message!.type!, /application\/json/);
    const scraped = parsed(await renderMetrics(snapshot));
    const all = [...seriesIn(message!)];
    assert.ok(all.length > 30, `${all.length} series`);
    for (const { name, labels, value } of all) {
      const key = `${name}{${labels}}`;
      assert.ok(scraped.has(key), key);
      assert.ok(Math.abs(scraped.get(key)! - value) < 1e-9, key);
    }
    const { resource: { attributes } } = message!.body.resourceMetrics[0];
    const about = attributes.map((
      { key, value }: { key: string; value: { stringValue: string } },
    ) => [key, value.stringValue]);
    assert.deepEqual(Object.fromEntries(about), {
      ...resource,
      "kar.run_id": snapshot.runId,
      "kar.plan_id": snapshot.plan.planId,
    });
  }));

Deno.test("OtlpSender's histograms are exponential, and hold every request of a target", () =>
  withReceiver(async (url, received) => {
    const sender = new OtlpSender({ url, resource: {} });
    await sender.send(snapshot);
    await sender.close();
    const { exponentialHistogram } = metricsIn(received[0]!).find(
      ({ name }: { name: string }) =>
        name === "kar98k_request_duration_seconds",
    );
    assert.equal(exponentialHistogram.aggregationTemporality, 2, "cumulative");
    const points = exponentialHistogram.dataPoints;
    assert.equal(points.length, snapshot.targets.length);
    snapshot.targets.forEach(({ response }, i) => {
      const { positive, zeroCount, count, sum, scale } = points[i];
      const inBuckets = positive.bucketCounts
        .reduce((all: number, n: number | string) => all + Number(n), 0);
      assert.equal(inBuckets + Number(zeroCount), response.count);
      assert.equal(Number(count), response.count);
      assert.ok(Math.abs(sum - response.sumMs / 1000) < 1e-6);
      assert.equal(scale, 3);
      assert.ok(points[i].startTimeUnixNano < points[i].timeUnixNano);
    });
  }));

Deno.test("bucketOf() is the bucket whose limits a value lies in", () => {
  const seconds = fc.double({ min: 1e-6, max: 60, noNaN: true });
  fc.assert(fc.property(seconds, (value) => {
    const base = 2 ** (1 / 8);
    const bucket = bucketOf(value);
    const slack = 1e-9;
    assert.ok(base ** bucket * (1 - slack) <= value);
    assert.ok(value <= base ** (bucket + 1) * (1 + slack));
  }));
});

Deno.test("OtlpSender says why metrics did not arrive, and throws nothing", async () => {
  const url = `http://127.0.0.1:${freePort()}/v1/metrics`;
  const sender = new OtlpSender({ url, resource: {} });
  assert.match((await sender.send(snapshot))!, /\w/);
  await sender.close();
});

Deno.test("otlpUrl() takes the config, then the variables of OpenTelemetry", () => {
  const env = (values: Record<string, string>) => (name: string) =>
    values[name];
  const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const METRICS = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
  assert.equal(otlpUrl(null, env({})), null);
  assert.equal(otlpUrl("http://a:1", env({})), "http://a:1/v1/metrics");
  assert.equal(otlpUrl("http://a:1/", env({})), "http://a:1/v1/metrics");
  assert.equal(
    otlpUrl("http://a:1/v1/metrics", env({ [ENDPOINT]: "http://b" })),
    "http://a:1/v1/metrics",
  );
  assert.equal(
    otlpUrl(null, env({ [ENDPOINT]: "http://b/x" })),
    "http://b/x/v1/metrics",
  );
  assert.equal(
    otlpUrl(null, env({ [ENDPOINT]: "http://b", [METRICS]: "http://c/m" })),
    "http://c/m",
  );
  for (
    const off of [{ OTEL_SDK_DISABLED: "true" }, {
      OTEL_METRICS_EXPORTER: "none",
    }]
  ) {
    assert.equal(otlpUrl(null, env({ [ENDPOINT]: "http://b", ...off })), null);
  }
});
