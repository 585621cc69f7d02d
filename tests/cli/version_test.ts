import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { kar } from "./kar.ts";

Deno.test("kar version names kar and what it runs on", async () => {
  const { code, out } = await kar(["version"]);
  assert.equal(code, 0);
  assert.equal(
    out,
    `kar ${manifest.version} (deno 2.9.6, v8 15.0, linux x86_64)\n`,
  );
});

Deno.test("kar version --json says the same for machines", async () => {
  const { out } = await kar(["version", "--json"]);
  assert.deepEqual(JSON.parse(out), {
    version: manifest.version,
    deno: "2.9.6",
    v8: "15.0",
    os: "linux",
    arch: "x86_64",
  });
});

Deno.test("kar --version and -V show the version alone", async () => {
  for (const flag of ["--version", "-V"]) {
    const { code, out } = await kar([flag]);
    assert.deepEqual([code, out], [0, `kar ${manifest.version}\n`]);
  }
});
