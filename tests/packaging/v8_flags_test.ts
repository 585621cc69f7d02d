import assert from "node:assert/strict";
import { compileArgs } from "../../scripts/compile.ts";
import { renderLauncher } from "../../scripts/packaging/launcher.ts";
import { hostTarget } from "../../scripts/packaging/targets.ts";
import manifest from "../../deno.json" with { type: "json" };
import { V8_FLAGS } from "../../src/base/mod.ts";

Deno.test("V8_FLAGS reach V8 in the binary, the package, and the tasks that run kar", async () => {
  const compiled = compileArgs(hostTarget(), { workers: [], path: "kar" });
  assert.ok(compiled.indexOf(V8_FLAGS) < compiled.indexOf("main.js"));
  assert.ok(compiled.includes(V8_FLAGS));
  const facts = { name: "kar-1", version: "1", files: ["main.js"] };
  assert.match(await renderLauncher(facts), new RegExp(`run .*${V8_FLAGS} `));
  for (const task of ["kar", "demo", "soak"] as const) {
    assert.ok(manifest.tasks[task].command.includes(` ${V8_FLAGS} `), task);
  }
});

Deno.test("V8_FLAGS name a flag that V8 knows", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", V8_FLAGS, "0"],
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  assert.equal(said, "");
});
