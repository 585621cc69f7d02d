import assert from "node:assert/strict";
import { kar } from "./kar.ts";

const GOOD = `targets:
  - { name: api, url: "http://127.0.0.1:1/" }
`;
const BAD = `targets:
  - name: api
    url: "http://127.0.0.1:1/"
    wieght: 5
controller:
  base_tps: -1
`;
const WARNED = `${GOOD}worker: { queue_size: 100 }\n`;

const files = { "good.yaml": GOOD, "bad.yaml": BAD, "warned.yaml": WARNED };

Deno.test("kar validate of a good file says ok", async () => {
  const { code, out, err } = await kar(["validate", "good.yaml"], { files });
  assert.deepEqual([code, out, err], [0, "good.yaml: ok\n", ""]);
});

Deno.test("kar validate tells every problem with its place and exits 3", async () => {
  const { code, out } = await kar(["validate", "bad.yaml"], { files });
  assert.equal(code, 3);
  const lines = out.trimEnd().split("\n");
  assert.match(lines[0]!, /^bad\.yaml:4:5: targets\.0\.wieght: .*weight/);
  assert.match(lines[1]!, /^bad\.yaml:6:\d+: controller\.base_tps: .*-1/);
  assert.equal(lines.at(-1), "bad.yaml: cannot be used: 2 problems");
});

Deno.test("kar validate lets a file with warnings pass", async () => {
  const { code, out } = await kar(["validate", "warned.yaml"], { files });
  assert.equal(code, 0);
  assert.match(out, /warning: /);
  assert.match(out, /\nwarned\.yaml: ok, with 1 warning\n$/);
});

Deno.test("kar validate --json says the same for machines", async () => {
  const { code, out } = await kar(["validate", "bad.yaml", "--json"], {
    files,
  });
  const { file, ok, problems } = JSON.parse(out);
  assert.deepEqual([code, file, ok], [3, "bad.yaml", false]);
  assert.deepEqual(
    problems.map((
      each: { path: string; line: number },
    ) => [each.path, each.line]),
    [["targets.0.wieght", 4], ["controller.base_tps", 6]],
  );
});

Deno.test("kar validate of a good file has no problems in JSON", async () => {
  const { out } = await kar(["validate", "good.yaml", "--json"], { files });
  assert.deepEqual(JSON.parse(out), {
    file: "good.yaml",
    ok: true,
    problems: [],
    notes: [],
  });
});

Deno.test("kar validate takes the file of --config too", async () => {
  for (
    const args of [["--config", "good.yaml"], ["-c", "good.yaml"], [
      "--config=good.yaml",
    ]]
  ) {
    const { code, out } = await kar(["validate", ...args], { files });
    assert.deepEqual([code, out], [0, "good.yaml: ok\n"]);
  }
});

const REFLECTED = `targets:
  - { name: api, url: "http://127.0.0.1:1/" }
  - { name: own, url: "http://127.0.0.1:1/", protocol: grpc, grpc: { method: a.B/C } }
  - { name: health, url: "http://127.0.0.1:1/", protocol: grpc }
`;
const OPEN =
  "targets.1.grpc: the method and message are checked when the run starts, by asking the server";

Deno.test("kar validate says what only the run can check, where types come from reflection", async () => {
  const files = { "kar.yaml": REFLECTED };
  const text = await kar(["validate", "kar.yaml"], { files });
  assert.deepEqual([text.code, text.out], [0, `${OPEN}\nkar.yaml: ok\n`]);
  const json = await kar(["validate", "kar.yaml", "--json"], { files });
  assert.deepEqual(JSON.parse(json.out).notes, [OPEN]);
});

Deno.test("kar validate says nothing of the run where the file cannot be used", async () => {
  const files = { "kar.yaml": `${REFLECTED}seed: no\n` };
  const { code, out } = await kar(["validate", "kar.yaml"], { files });
  assert.equal(code, 3);
  assert.doesNotMatch(out, /when the run starts/);
});

Deno.test("kar schema prints a JSON Schema with every top key", async () => {
  const { code, out } = await kar(["schema"]);
  assert.equal(code, 0);
  const { $schema, properties } = JSON.parse(out);
  assert.match($schema, /json-schema\.org/);
  for (const key of ["targets", "controller", "pattern", "limits", "metrics"]) {
    assert.ok(key in properties, key);
  }
});

Deno.test("kar validate says how much max_tps cuts off, where bursts are or it cuts at all", async () => {
  const told = async (text: string) => {
    const files = {
      "kar.yaml": `targets: [{ name: api, url: "http://a.test/" }]\n${text}`,
    };
    return (await kar(["validate", "--config", "kar.yaml"], { files })).out;
  };
  const calm = "pattern: { poisson: { enabled: false } }";
  assert.doesNotMatch(await told(calm), /max_tps/);
  assert.match(
    await told("pattern: { burst: { slow: 0.55 } }"),
    /controller.max_tps: in the week to come the rate is never cut\n/,
  );
  assert.match(
    await told("pattern: { burst: { slow: 0.75, mid: 0.65, fast: 0.85 } }"),
    /controller.max_tps: in the week to come the rate is cut for [0-9.]+ % of the time, which takes [0-9.]+ % of the requests\n/,
  );
});
