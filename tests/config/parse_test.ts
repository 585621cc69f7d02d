import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import {
  configOf,
  configSchemaJson,
  formatProblem,
  type JsonSchema,
} from "../../src/config/mod.ts";
import { config, MINIMAL, parse, problems, SECRET } from "./support.ts";

Deno.test("parseConfig() fills in the documented defaults", () => {
  const { targets: [target], ...rest } = config(MINIMAL);
  assert.deepEqual(target, {
    name: "api",
    url: "http://localhost/",
    protocol: "http",
    client: "wire",
    method: "GET",
    headers: {},
    weight: 100,
    timeout: 30_000,
  });
  assert.deepEqual(rest, {
    irregular: [],
    controller: {
      base_tps: 100,
      max_tps: 1000,
      ramp_up_duration: 30_000,
      shutdown_timeout: 30_000,
      schedule: [],
    },
    pattern: {
      poisson: {
        enabled: true,
        lambda: 0.0083,
        spike_factor: 2,
        ramp_up: 5000,
        ramp_down: 10_000,
      },
      noise: { enabled: true, type: "spring", amplitude: 0.1 },
    },
    scenarios: [],
    journeys: [],
    arrivals: "poisson",
    seed: 98,
    timezone: "Asia/Tokyo",
    pacing: "auto",
    workers: "auto",
    limits: {
      in_flight: 4000,
      max_lateness: 100,
      connections: 4000,
      max_body_bytes: 16_777_216,
      max_head_bytes: 262_144,
      journeys: 10_000,
      capture_bytes: 4096,
      capture_body_bytes: 65_536,
      max_request_bytes: 1_048_576,
      max_data_bytes: 1_073_741_824,
      max_cell_bytes: 16_384,
    },
    record: { enabled: true, max_size: 2 ** 30, keep: 20 },
    health: {
      enabled: true,
      interval: 10_000,
      timeout: 5000,
      on_unhealthy: "report",
    },
    metrics: { enabled: true, path: "/metrics" },
    ui: { enabled: false, control: false },
    safety: { enabled: false, sustained_for: 10_000, resume_after: 30_000 },
    thresholds: [],
    tolerate: 0.05,
    allow_unknown: false,
    variables: [],
  });
});

Deno.test("parseConfig() tells at most 100 problems, and how many there are", () => {
  const text = Array.from({ length: 250 }, (_, i) => `key${i}: 1`).join("\n");
  const told = problems(text);
  assert.equal(told.length, 101);
  // 250 unknown keys, and no targets.
  assert.match(told.at(-1)!, /: and 151 more problems$/);
});

Deno.test("parseConfig() takes a key without a value as not given", () => {
  const { controller } = config(`${MINIMAL}controller:\n  schedule:\n`);
  assert.equal(controller.base_tps, 100);
  assert.deepEqual(controller.schedule, []);
  assert.match(problems(`${MINIMAL}bogus:\n`)[0]!, /bogus: unknown key/);
});

Deno.test("parseConfig() reads a variable as if its value stood in the file", () => {
  const read = config(`
targets: [{ name: "\${KAR_NUMBER}", url: http://localhost/ }]
controller:
  base_tps: \${KAR_NUMBER}
  max_tps: "\${KAR_NUMBER}"
`);
  assert.equal(read.controller.base_tps, 7531);
  assert.equal(read.controller.max_tps, 7531);
  // A name is shown everywhere, and a value must not be.
  assert.equal(read.targets[0]!.name, "${KAR_NUMBER}");
  assert.deepEqual(read.variables, ["KAR_NUMBER"]);
});

Deno.test("parseConfig() never takes a variable for a list, a default or an alias", () => {
  const { problems } = parse(
    `${MINIMAL}controller: { schedule: "\${KAR_YAML}", base_tps: "\${KAR_EMPTY}" }`,
  );
  assert.deepEqual(problems.map(formatProblem), [
    'kar.yaml:2:25: controller.schedule: must be a list, got "${KAR_YAML}"',
    'kar.yaml:2:50: controller.base_tps: must be a number, got "${KAR_EMPTY}"',
  ]);
});

Deno.test("parseConfig() keeps variables in whatever goes into a request", () => {
  const text = Deno.readTextFileSync(
    new URL("../configs/good/templates.yaml", import.meta.url),
  );
  const { targets: [http, grpc], health, variables } = config(text);
  assert.equal(http!.name, "${KAR_NUMBER}");
  assert.equal(http!.weight, 7531);
  assert.equal(http!.url, "http://${KAR_HOST}:8080/$${literal}");
  assert.deepEqual(http!.headers, {
    authorization: "Bearer ${KAR_SECRET}",
    "x-number": "007",
    "x-bool": "yes",
  });
  assert.equal(http!.body, '{"token": "${KAR_SECRET}"}');
  assert.equal(grpc!.name, "a$${b}");
  assert.deepEqual(grpc!.grpc?.message, {
    token: "${KAR_SECRET}",
    amount: 5,
    big: "12345678901234567890",
    ratio: "Infinity",
    note: null,
  });
  assert.equal(health.url, "http://${KAR_HOST}/health");
  assert.deepEqual(variables, [
    "KAR_HOME",
    "KAR_HOST",
    "KAR_NUMBER",
    "KAR_SECRET",
  ]);
});

Deno.test("parseConfig() looks for files from the folder of the config", () => {
  const text = `
targets:
  - name: a
    url: https://localhost/
    tls: { ca: ca.pem, cert: /etc/c.pem, key: "\${KAR_HOME}/k.pem" }
`;
  const tlsFrom = (file: string) => configOf(parse(text, file)).targets[0]!.tls;
  const key = "${KAR_HOME}/k.pem";
  assert.deepEqual(tlsFrom("/etc/kar98k/kar.yaml"), {
    ca: "/etc/kar98k/ca.pem",
    cert: "/etc/c.pem",
    key,
    insecure: false,
  });
  assert.equal(tlsFrom("kar.yaml")!.ca, "ca.pem");
  assert.equal(tlsFrom("../kar.yaml")!.ca, "../ca.pem");
});

Deno.test("parseConfig() takes a file without a value as not given", () => {
  const text = `
targets:
  - name: a
    url: https://localhost/
    tls: { ca: , insecure: true }
`;
  const parsed = parse(text, "/etc/kar98k/kar.yaml");
  assert.equal(configOf(parsed).targets[0]!.tls?.ca, undefined);
});

Deno.test("parseConfig() gives zones their usual spelling", () => {
  for (
    const [written, read] of [
      ["europe/berlin", "Europe/Berlin"],
      ["UTC", "UTC"],
      ["+05:30", "+05:30"],
    ]
  ) {
    assert.equal(config(`${MINIMAL}timezone: ${written}`).timezone, read);
  }
  for (const wrong of ["CEST+1", "2020-01-01T00:00[Europe/Berlin]", "''"]) {
    assert.match(problems(`${MINIMAL}timezone: ${wrong}`)[0]!, /time zone/);
  }
});

Deno.test("parseConfig() takes lambda before interval when both agree", () => {
  const poisson = (text: string) =>
    config(`${MINIMAL}pattern: { poisson: ${text} }`).pattern.poisson.lambda;
  assert.equal(poisson("{ lambda: 0.0083, interval: 2m }"), 0.0083);
  assert.equal(poisson("{ interval: 2m }"), 1000 / 120_000);
});

Deno.test("parseConfig() refuses a lambda that no train of spikes can have", () => {
  const poisson = (text: string) =>
    problems(`${MINIMAL}pattern: { poisson: { ${text} } }`);
  for (const lambda of ["0", "1e-300", "9e-9", "10.1", "-1"]) {
    const [problem] = poisson(`lambda: ${lambda}, min_interval: 1s`);
    assert.match(problem!, /lambda: must be from 1e-8 to 10; for no spikes/);
  }
  assert.deepEqual(poisson("lambda: 1e-8"), []);
});

Deno.test("parseConfig() wants a connection for each worker", () => {
  const text = (workers: string) =>
    problems(`${MINIMAL}workers: ${workers}\nlimits: { connections: 3 }\n`);
  assert.match(
    text("4")[0]!,
    /limits.connections: must be at least workers, each of which needs one/,
  );
  assert.deepEqual([text("3"), text("auto")], [[], []]);
});

Deno.test("parseConfig() reads the Go program's pool as the bound in flight", () => {
  const worker = `${MINIMAL}worker: { pool_size: 7 }\n`;
  assert.equal(config(worker).limits.in_flight, 7);
  const both = `${worker}limits: { in_flight: 9 }\n`;
  assert.equal(config(both).limits.in_flight, 9);
});

Deno.test("configOf() throws all problems as one error of the config", () => {
  assert.throws(
    () => configOf(parse("targets: []\nseed: -1")),
    new KarError(
      "config",
      "kar.yaml:1:10: targets: is required\n" +
        "kar.yaml:2:7: seed: must be at least 0, got -1",
    ),
  );
});

Deno.test("parseConfig() never shows what a variable holds, wherever it stands", () => {
  const paths = [...pathsBelow(configSchemaJson(), "")];
  assert.ok(paths.length > 60);
  for (const path of paths) {
    for (const name of ["KAR_SECRET", "KAR_NUMBER"]) {
      const told = problems(BASE, [path, `"\${${name}}"`]).join("\n");
      assert.ok(!told.includes(SECRET), told);
      assert.ok(!told.includes("7531"), told);
    }
  }
});

/** A config with something in each list, so that paths lead into it. */
const BASE = `
targets: [{ name: api, url: http://localhost/, ok: [200] }]
controller: { schedule: [{ hours: [1], days: [mon], tps_multiplier: 2 }] }
health: { expect: [200] }
`;

function* pathsBelow(schema: JsonSchema, path: string): Generator<string> {
  if (path !== "") yield path;
  const dot = path === "" ? "" : ".";
  if (schema.items !== undefined) yield* pathsBelow(schema.items, `${path}.0`);
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    yield* pathsBelow(child, `${path}${dot}${key}`);
  }
}

Deno.test("trace and a header traceparent of a target exclude each other", () => {
  const found = (headers: string) =>
    problems(
      `targets: [{ name: a, url: "http://h/", trace: 0.01${headers} }]`,
    );
  assert.deepEqual(found(""), []);
  assert.match(
    found(", headers: { Traceparent: x }").join(),
    /trace: must not go with a header traceparent, which it sets/,
  );
});
