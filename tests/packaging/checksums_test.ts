import assert from "node:assert/strict";
import { writeChecksums } from "../../scripts/compile.ts";
import { run } from "../../scripts/packaging/process.ts";
import { TARGETS } from "../../scripts/packaging/targets.ts";
import { hasProgram } from "./programs.ts";

Deno.test({
  name: "sha256sum finds the files of a release good, and a changed one bad",
  ignore: !hasProgram("sha256sum"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const check = (...args: readonly string[]) =>
      run("sha256sum", {
        args: ["--check", "--quiet", ...args, "SHA256SUMS"],
        cwd: folder,
      });
    try {
      for (const { file } of TARGETS) {
        await Deno.writeTextFile(`${folder}/${file}`, file);
      }
      await writeChecksums(TARGETS, folder);
      assert.deepEqual(await check(), { code: 0, output: "" });
      // As somebody has it who downloaded one of them.
      const [first, ...others] = TARGETS;
      for (const { file } of others) await Deno.remove(`${folder}/${file}`);
      assert.equal((await check("--ignore-missing")).code, 0);
      await Deno.writeTextFile(`${folder}/${first!.file}`, "changed");
      assert.equal((await check("--ignore-missing")).code, 1);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
