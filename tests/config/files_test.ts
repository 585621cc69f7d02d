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

Deno.test("every key that configs/kar98k.yaml keeps behind a # stands where it works", () => {
  const lines = Deno.readTextFileSync(
    new URL("../../configs/kar98k.yaml", import.meta.url),
  ).split("\n");
  const firsts = lines.flatMap((line, i) =>
    /^ *# (?:- )?[a-z_0-9]+:/.test(line) ? [i] : []
  );
  assert.ok(firsts.length > 15);
  for (const first of firsts) {
    const shown = lines.map((line, i) =>
      i === first || isInside(lines, { first, at: i })
        ? line.replace("# ", "")
        : line
    );
    const told = parse(shown.join("\n")).problems.map(formatProblem)
      .filter((problem) => /unknown key|not valid YAML/.test(problem));
    assert.deepEqual(told, [], lines[first]!);
  }
});

/** Whether a line belongs to the block that begins behind the # of another. */
function isInside(
  lines: readonly string[],
  { first, at }: { readonly first: number; readonly at: number },
): boolean {
  const between = lines.slice(first + 1, at + 1);
  return at > first && between.every((line) => /^ *# {3,}\S/.test(line));
}
