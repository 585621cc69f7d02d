import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { formulaOf, readChecksums } from "../../scripts/packages/formula.ts";
import { run } from "../../scripts/packaging/process.ts";
import { TARGETS } from "../../scripts/packaging/targets.ts";
import { hasProgram } from "./programs.ts";

/** A different sum for each file. */
const SUMS = TARGETS.map(({ file }, i) => `${`${i}`.repeat(64)}  ${file}\n`)
  .join("");

Deno.test("the formula has each file of its systems with the file's own sum", () => {
  const formula = formulaOf(readChecksums(SUMS));
  const at = `releases/download/v${manifest.version}/`;
  const ours = TARGETS.filter(({ file }) => !file.includes("windows"));
  assert.equal(ours.length, 4);
  for (const [i, { file }] of TARGETS.entries()) {
    const has = new RegExp(`${at}${file}"\\n +sha256 "${i}{64}"`);
    assert.equal(has.test(formula), !file.includes("windows"), file);
  }
});

Deno.test("the formula's blocks are those of its systems", () => {
  const formula = formulaOf(readChecksums(SUMS));
  const [, macos, linux] = formula.split(/^ {2}on_(?:macos|linux) do$/m);
  assert.match(macos!, /on_arm do\n.*kar-macos-arm64"/);
  assert.match(macos!, /on_intel do\n.*kar-macos-x64"/);
  assert.match(linux!, /on_arm do\n.*kar-linux-arm64"/);
  assert.match(linux!, /on_intel do\n.*kar-linux-x64"/);
  assert.equal(
    formula.match(/\bdo$|^class |\bdef /gm)!.length,
    formula.match(/^ *end$/gm)!.length,
  );
});

Deno.test("a file without a sum makes no formula", () => {
  const without = SUMS.replace(/^.*kar-linux-arm64\n/m, "");
  assert.throws(() => formulaOf(readChecksums(without)), {
    message: "SHA256SUMS: kar-linux-arm64 has no sum",
  });
});

Deno.test({
  name: "Ruby reads the formula",
  ignore: !hasProgram("ruby"),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".rb" });
    try {
      await Deno.writeTextFile(path, formulaOf(readChecksums(SUMS)));
      const { output } = await run("ruby", { args: ["-c", path] });
      assert.equal(output, "Syntax OK\n");
    } finally {
      await Deno.remove(path);
    }
  },
});
