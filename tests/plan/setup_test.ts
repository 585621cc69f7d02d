import assert from "node:assert/strict";
import { configOf, differences, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import {
  literalSecrets,
  mergePlans,
  type Plan,
  setupNames,
  setupSecrets,
  withNewer,
} from "../../src/plan/mod.ts";

const FILE = `
setup:
  base: https://shop.test/api/
  headers: { X-App: shop, accept: text/plain }
  every: 50m
  steps:
    - name: login
      post: /login
      headers: { Accept: application/json, authorization: literal-secret }
      json: { user: ann }
      capture: { token: { json: $.token } }
    - think: 1s
    - name: me
      get: "/me/{{token}}"
      capture: { user: { header: x-user }, token: { header: x-token } }
targets:
  - name: a
    url: "https://shop.test/a/{{user}}"
    headers: { authorization: "Bearer {{token}}" }
journeys:
  - name: j
    base: https://shop.test
    steps:
      - name: one
        post: /one
        json: { token: "{{token}}" }
        capture: { item: { json: $.item } }
      - name: two
        get: "/two/{{item}}?user={{user}}"
`;

function parsedOf(text: string) {
  return parseConfig(text, {
    file: "setup.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
}

function planOf(text = FILE): Plan {
  return buildPlan(configOf(parsedOf(text)), { drawSeed: () => 1 });
}

function problemsOf(from: string, to: string): string[] {
  assert.ok(FILE.includes(from));
  return parsedOf(FILE.replace(from, to)).problems
    .map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("buildPlan() keeps setup apart from targets, with its headers in each step", () => {
  const plan = planOf();
  const { requests, everyMs, timeoutMs } = plan.setup!;
  assert.deepEqual(plan.targets.map(({ name }) => name), [
    "a",
    "j/one",
    "j/two",
  ]);
  assert.deepEqual([everyMs, timeoutMs], [3_000_000, 60_000]);
  assert.deepEqual(
    requests.map(({ method, url, step }) => [method, url, step]),
    [
      ["POST", "https://shop.test/api/login", undefined],
      ["GET", "https://shop.test/api/me/{{token}}", undefined],
    ],
  );
  assert.deepEqual(requests[0]!.headers.map(([name]) => name).sort(), [
    "Accept",
    "X-App",
    "authorization",
  ]);
  assert.deepEqual(requests[1]!.headers.map(([name]) => name), [
    "X-App",
    "accept",
  ]);
  assert.deepEqual(setupNames(plan), ["token", "user"]);
});

Deno.test("a planId changes with what setup sends and captures, and not with when", () => {
  const ids = [
    FILE,
    FILE.replace("user: ann", "user: bob"),
    FILE.replace("json: $.token", "json: $.jwt"),
    FILE.replace("post: /login", "put: /login"),
    FILE.replace("X-App: shop", "X-App: kiosk"),
  ].map((text) => planOf(text).planId);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(planOf(FILE.replace("50m", "10m")).planId, ids[0]);
});

Deno.test("names of setup are known everywhere, and a wrong one is told", () => {
  assert.deepEqual(parsedOf(FILE).problems, []);
  assert.deepEqual(problemsOf("/a/{{user}}", "/a/{{usr}}"), [
    "targets.0.url: {{usr}}: is not known, did you mean user?; {{{{ writes {{",
  ]);
  assert.match(
    problemsOf("/two/{{item}}?user={{user}}", "/two/{{tokn}}")[0]!,
    /^journeys\.0\.steps\.1\.get: \{\{tokn\}\}: is not known/,
  );
  // A step of setup knows only what comes before it.
  assert.match(
    problemsOf("json: { user: ann }", 'json: { user: "{{user}}" }')[0]!,
    /^setup\.steps\.0\.json\.user: \{\{user\}\}: /,
  );
  assert.match(
    problemsOf("X-App: shop", 'X-App: "{{token}}"')[0]!,
    /^setup\.headers\.X-App: \{\{token\}\}: /,
  );
});

Deno.test("a name means one thing, and setup has no keys that only journeys have", () => {
  assert.deepEqual(
    problemsOf("{ item: { json: $.item } }", "{ token: { json: $.t } }")[0],
    "journeys.0.steps.0.capture.token: must have another name: setup has it",
  );
  assert.deepEqual(
    problemsOf("user: { header: x-user }", "uuid: { status: true }")[0],
    "setup.steps.2.capture.uuid: must have another name: {{uuid}} makes values",
  );
  assert.deepEqual(
    problemsOf("      post: /login", "      repeat: 2\n      post: /login"),
    [
      "setup.steps.0.repeat: must not be given in setup: its steps are sent once, got 2",
    ],
  );
  assert.deepEqual(problemsOf("name: me", "name: login"), [
    'setup.steps.2.name: must be unique, steps.0 has the same name, got "login"',
  ]);
  assert.match(
    problemsOf("      post: /login", "      grpc: {}")[0]!,
    /^setup\.steps\.0/,
  );
});

Deno.test("a reload cannot change setup", () => {
  const plan = planOf();
  const same = planOf(FILE.replace("/a/", "/b/"));
  assert.equal(mergePlans(plan, same).setup, same.setup);
  assert.throws(
    () => mergePlans(plan, planOf(FILE.replace("user: ann", "user: bob"))),
    /Cannot reload: setup was changed/,
  );
});

Deno.test("differences() tells a step of setup by its name, and no secret", () => {
  const [before, after] = [FILE, FILE.replace("literal-secret", "another")]
    .map((text) => configOf(parsedOf(text)));
  const lines = differences(before!, after!);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^setup\.steps\.login\.headers/);
  assert.ok(!/literal|another/.test(lines[0]!));
});

Deno.test("secrets of setup are known by its name, newer ones beside those before", () => {
  const plan = planOf();
  assert.deepEqual(literalSecrets(plan), { authorization: "literal-secret" });
  const valuesOf = (...texts: readonly string[]) =>
    setupSecrets(plan, texts.map((text) => new TextEncoder().encode(text)));
  assert.deepEqual(setupSecrets(plan, null), {});
  const first = withNewer({ HOME: "/x" }, valuesOf("one", "ann"));
  assert.deepEqual(first, {
    HOME: "/x",
    "setup.token": "one",
    "setup.user": "ann",
  });
  assert.deepEqual(withNewer(first, valuesOf("two", "ann")), {
    ...first,
    "setup.token": "two",
    "setup.token_before": "one",
  });
});
