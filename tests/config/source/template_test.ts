import assert from "node:assert/strict";
import fc from "fast-check";
import { expand, variablesIn } from "../../../src/base/mod.ts";
import { substitute } from "../../../src/config/source/template.ts";

const VALUES: Readonly<Record<string, string>> = { A: "1", B_2: "${A}" };
const lookup = (name: string) =>
  Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;

Deno.test("substitute() tells what is not set and what is no variable", () => {
  const cases: [text: string, complaint: RegExp][] = [
    [
      "${C}",
      /^the environment variable C is not set; set it, or write \$\$\{C\} /,
    ],
    ["${}", /^"\$\{\}" is not a variable/],
    ["${a b}", /^"\$\{a b\}" is not a variable/],
    ["${A:-x}", /^"\$\{A:-x\}" is not a variable/],
    ["${A", /^"\$\{A" is not a variable/],
    ["${toString}", /^the environment variable toString is not set/],
  ];
  for (const [text, complaint] of cases) {
    const { text: left, complaints } = substitute(`<${text}`, lookup);
    assert.equal(left, `<${text}`);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0]!, complaint);
  }
});

Deno.test("substitute() agrees with expand() wherever it does not complain", () => {
  const part = fc.constantFrom("${A}", "$${A}", "${B_2}", "$", "{", "}", "A");
  const text = fc.array(part).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const { text: checked, complaints } = substitute(text, lookup);
      if (complaints.length > 0) return;
      assert.equal(checked, expand(text, VALUES));
      for (const name of variablesIn(text)) assert.ok(name in VALUES);
    }),
    { seed: 98, numRuns: 1000 },
  );
});
