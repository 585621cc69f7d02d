import assert from "node:assert/strict";
import { maskedPlan } from "../../src/plan/mod.ts";
import { planFixture, targetFixture } from "../fixtures/snapshot.ts";

const SECRET = "sesame-open";

function keptOf(value: string, name = "authorization"): string {
  const headers = [[name, value]] as const;
  const plan = planFixture({ targets: [targetFixture({ headers })] });
  return maskedPlan(plan).targets[0]!.headers[0]![1];
}

Deno.test("maskedPlan() keeps no literal secret of a header, and what is none as it is", () => {
  const cases: readonly (readonly [value: string, kept: string])[] = [
    [SECRET, "***"],
    [`Bearer ${SECRET}`, "Bearer ***"],
    ["Bearer ${TOKEN}", "Bearer ${TOKEN}"],
    ["Bearer {{users.token}}", "Bearer {{users.token}}"],
    [`Bearer ${SECRET}\${TOKEN}`, "Bearer ***"],
    [`\${NAME}-${SECRET}`, "***"],
    ["", ""],
  ];
  for (const [value, kept] of cases) assert.equal(keptOf(value), kept);
  for (const name of ["Cookie", "X-Api-Key", "proxy-authorization"]) {
    assert.equal(keptOf(SECRET, name), "***", name);
  }
  assert.equal(keptOf("text/html", "accept"), "text/html");
});

Deno.test("maskedPlan() keeps no literal password of basic_auth", () => {
  const passwordOf = (password: string) => {
    const basicAuth = { user: "kar", password };
    const plan = planFixture({ targets: [targetFixture({ basicAuth })] });
    const masked = maskedPlan(plan);
    assert.equal(masked.targets[0]!.basicAuth!.user, "kar");
    return masked.targets[0]!.basicAuth!.password;
  };
  assert.equal(passwordOf(SECRET), "***");
  assert.equal(passwordOf("${PASSWORD}"), "${PASSWORD}");
  assert.equal(passwordOf(`${SECRET}\${PASSWORD}`), "***");
});

Deno.test("maskedPlan() keeps nothing of what setup logs in with", () => {
  const content = {
    kind: "json",
    value: { user: "ann", password: SECRET },
  } as const;
  const headers = [["authorization", `Bearer ${SECRET}`]] as const;
  const requests = [targetFixture({ content, headers, body: SECRET })];
  const setup = { items: [], requests, timeoutMs: 1, everyMs: null };
  const text = JSON.stringify(maskedPlan(planFixture({ setup })));
  assert.ok(!text.includes(SECRET));
  assert.ok(text.includes("Bearer ***"));
});

Deno.test("maskedPlan() keeps nothing literal of what a script is given", () => {
  const vars = { key: SECRET, other: SECRET, token: "${TOKEN}" };
  const script = { file: "a.ts", digest: null, data: [], vars };
  const journey = {
    ...{ name: "odd", weight: 1, timeoutMs: 1, cookies: false, items: [] },
    connection: "shared",
  } as const;
  const plan = planFixture({ journeys: [journey, { ...journey, script }] });
  const [steps, scripted] = maskedPlan(plan).journeys!;
  assert.deepEqual(steps, journey);
  assert.deepEqual(scripted!.script!.vars, {
    key: "***",
    other: "***",
    token: "${TOKEN}",
  });
});
