/** Values that a step uses before any step has captured them. */
import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";

function problemsOf(text: string): string[] {
  const { problems } = parseConfig(text, {
    file: "kar.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

const JOURNEY = `journeys:
  - name: buy
    base: http://127.0.0.1
    steps:
      - { name: look, get: "/FIRST", capture: { seen: { json: $.seen } } }
      - { name: pay, get: "/{{seen}}", capture: { paid: { json: $.paid } } }
`;

Deno.test("a value that is captured later, or by the step itself, is refused with the reason", () => {
  const why =
    "must be captured by a step before it, and is by this one or a later one";
  for (const name of ["seen", "paid"]) {
    assert.deepEqual(problemsOf(JOURNEY.replace("FIRST", `{{${name}}}`)), [
      `journeys.0.steps.0.get: {{${name}}}: ${why}`,
    ]);
  }
  assert.deepEqual(problemsOf(JOURNEY.replace("FIRST", "")), []);
  const [other] = problemsOf(JOURNEY.replace("FIRST", "{{none}}"));
  assert.match(other!, /\{\{none\}\}: is not known/);
});

Deno.test("what another journey captures is not known", () => {
  const two = `${JOURNEY.replace("FIRST", "")}  - name: other
    base: http://127.0.0.1
    steps: [{ name: one, get: "/{{paid}}" }]
`;
  const [only] = problemsOf(two);
  assert.match(only!, /journeys\.1\.steps\.0\.get: \{\{paid\}\}: is not known/);
});
