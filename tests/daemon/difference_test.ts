import assert from "node:assert/strict";
import { differences } from "../../src/daemon/difference.ts";
import { planFixture, targetFixture } from "../fixtures/snapshot.ts";

const PLAN = planFixture();

Deno.test("differences() finds none between a plan and itself", () => {
  const other = { ...PLAN, planId: "0000000000000000" };
  assert.deepEqual(differences(PLAN, structuredClone(other)), []);
});

Deno.test("differences() names each value, before and after", () => {
  const pattern = { ...PLAN.pattern, base: 250, noise: null };
  assert.deepEqual(differences(PLAN, { ...PLAN, pattern }), [
    "pattern.base: 100 → 250",
    "pattern.noise: removed",
  ]);
});

Deno.test("differences() tells a target that comes or goes in one line", () => {
  const other = targetFixture({ name: "other" });
  const more = { ...PLAN, targets: [...PLAN.targets, other] };
  assert.deepEqual(differences(PLAN, more), ["targets.other: added"]);
  assert.deepEqual(differences(more, PLAN), ["targets.other: removed"]);
});

Deno.test("differences() tells targets apart by name, whatever their order", () => {
  const [api, users] = PLAN.targets;
  const gone = { ...PLAN.targets[2]!, weight: 0 };
  const before = { ...PLAN, targets: [api!, users!, gone] };
  const after = { ...PLAN, targets: [users!, { ...api!, weight: 71 }] };
  assert.deepEqual(differences(before, after), ["targets.api.weight: 70 → 71"]);
});

Deno.test("differences() says what holds only after a restart", () => {
  const other = { ...PLAN, workers: 4, shutdownTimeoutMs: 1 };
  assert.deepEqual(differences(PLAN, other), [
    "workers: 2 → 4 (holds after a restart)",
    "shutdownTimeoutMs: 30000 → 1",
  ]);
});

Deno.test("differences() never spells out what may be a secret", () => {
  const before = targetFixture({
    url: "http://u:old@h/",
    headers: [["authorization", "old"]],
    body: "old",
  });
  const after = targetFixture({
    url: "http://u:new@h/",
    headers: [["authorization", "new"]],
    body: "new",
  });
  const lines = differences(
    { ...PLAN, targets: [before] },
    { ...PLAN, targets: [after] },
  );
  assert.deepEqual(lines, [
    "targets.api.url: changed",
    "targets.api.headers: changed",
    "targets.api.body: changed",
  ]);
});

Deno.test("differences() is bounded, in lines and in length", () => {
  const targets = Array.from(
    { length: 60 },
    (_, i) => targetFixture({ name: `t${i}` }),
  );
  const lines = differences(PLAN, { ...PLAN, targets });
  assert.equal(lines.length, 51);
  assert.match(lines.at(-1)!, /^and \d+ more$/);
  const zone = "x".repeat(1000);
  const pattern = { ...PLAN.pattern, zone };
  const [line] = differences(PLAN, { ...PLAN, pattern });
  assert.ok(line!.length < 200);
});
