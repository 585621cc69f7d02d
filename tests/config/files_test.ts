import assert from "node:assert/strict";
import { configOf, formatProblem } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { parse, SECRET } from "./support.ts";

/*
 * Each file in tests/configs/bad has beside it the exact problems that it must
 * give; so has each in tests/configs/good that must give warnings. After a
 * change on purpose, UPDATE_GOLDEN=1 writes what is given now.
 */

const CONFIGS = new URL("../configs/", import.meta.url);
const SHIPPED = new URL("../../configs/", import.meta.url);

function yamlFiles(folder: URL): string[] {
  return Array.from(Deno.readDirSync(folder), (entry) => entry.name)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
}

function told(folder: URL, name: string): string {
  const parsed = parse(Deno.readTextFileSync(new URL(name, folder)), name);
  return parsed.problems.map((problem) => `${formatProblem(problem)}\n`)
    .join("");
}

function assertTold(folder: URL, name: string): void {
  const expected = new URL(name.replace(/\.yaml$/, ".txt"), folder);
  const actual = told(folder, name);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    if (actual !== "") Deno.writeTextFileSync(expected, actual);
    return;
  }
  assert.equal(actual, textOr(expected, ""));
}

function textOr(file: URL, otherwise: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    throw error;
  }
}

const bad = new URL("bad/", CONFIGS);
for (const name of yamlFiles(bad)) {
  Deno.test(`parseConfig() tells all that is wrong with bad/${name}`, () => {
    assertTold(bad, name);
    const parsed = parse(Deno.readTextFileSync(new URL(name, bad)), name);
    assert.equal(parsed.config, null);
    assert.ok(parsed.problems.length > 0);
    assert.ok(!JSON.stringify(parsed).includes(SECRET));
  });
}

const good = new URL("good/", CONFIGS);
for (const name of yamlFiles(good)) {
  Deno.test(`parseConfig() takes good/${name}, with its warnings`, () => {
    assertTold(good, name);
    const parsed = parse(Deno.readTextFileSync(new URL(name, good)), name);
    assert.notEqual(parsed.config, null);
    assert.ok(parsed.problems.every((p) => p.severity === "warning"));
  });
}

for (const name of yamlFiles(SHIPPED)) {
  Deno.test(`buildPlan() takes configs/${name} without a warning`, () => {
    assert.equal(told(SHIPPED, name), "");
    const parsed = parse(Deno.readTextFileSync(new URL(name, SHIPPED)), name);
    const plan = buildPlan(configOf(parsed), { drawSeed: () => 1 });
    assert.ok(plan.targets.length > 0);
    assert.ok(!JSON.stringify(plan).includes(SECRET));
  });
}
