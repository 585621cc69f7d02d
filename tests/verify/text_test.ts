import assert from "node:assert/strict";
import { verifyText } from "../../src/cli/text/verify_text.ts";
import { expectedOf, instantsOf, proved, runAt, STAMPINGS } from "./support.ts";

Deno.test("the text of kar verify says how many health checks are allowed", () => {
  const run = runAt(5, 30);
  const health = { ...run.plan.health, enabled: true, intervalMs: 10_000 };
  const expected = expectedOf({ ...run, plan: { ...run.plan, health } });
  const result = proved(expected, instantsOf(run).map(STAMPINGS.msec));
  const caps = { color: "none", unicode: true } as const;
  const text = verifyText(result, {
    ...caps,
    width: 80,
    record: "run.kar",
    log: "access.log",
  });
  assert.match(text, /counts +proved/);
  assert.match(text, /up to 3 health checks of kar's own/);
  assert.ok(text.split("\n").every((line) => line.length <= 80));
});
