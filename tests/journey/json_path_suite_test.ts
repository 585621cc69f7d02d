/** Every case of RFC 9535's compliance suite, as captures and checks find values. */
import assert from "node:assert/strict";
import { compileJsonPath } from "../../src/journey/json_path.ts";
import { compileJson } from "../../src/transport/check/json_path.ts";

interface Case {
  readonly name: string;
  readonly selector: string;
  readonly document?: unknown;
  /** The values that are found. */
  readonly result?: readonly unknown[];
  /** Any of these orders is right. */
  readonly results?: readonly (readonly unknown[])[];
  readonly invalid_selector?: true;
}

const CASES: readonly Case[] = JSON.parse(
  await Deno.readTextFile(
    new URL("../fixtures/jsonpath/cts.json", import.meta.url),
  ),
);

/** Kar takes the first value alone. */
function firstOf({ result, results = [result!] }: Case): unknown[] {
  return results.map(([first]) => first);
}

function foundBy(compile: typeof compileJson, test: Case): unknown {
  const find = compile(test.selector);
  return find(test.document as Parameters<typeof find>[0]);
}

for (
  const [name, compile] of [["captures", compileJsonPath], [
    "checks",
    compileJson,
  ]] as const
) {
  Deno.test(`the first value of each case of RFC 9535's suite is found by ${name}`, () => {
    assert.equal(CASES.length, 703);
    for (const test of CASES.filter((test) => !test.invalid_selector)) {
      const found = foundBy(compile as typeof compileJson, test);
      const wanted = firstOf(test);
      assert.ok(
        wanted.some((value) => isSame(found, value)),
        `${test.name}: ${test.selector} gave ${JSON.stringify(found)}`,
      );
    }
  });

  Deno.test(`what RFC 9535's suite calls no path is refused by ${name}`, () => {
    const wrong = CASES.filter((test) => test.invalid_selector);
    assert.equal(wrong.length, 247);
    for (const { name, selector } of wrong) {
      assert.throws(() => compile(selector), `${name}: ${selector}`);
    }
  });
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
