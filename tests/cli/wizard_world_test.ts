import assert from "node:assert/strict";
import { wizardWorld } from "../../src/cli/wizard_world.ts";
import type { Saved } from "../../src/screen/wizard/mod.ts";
import { FakeSystem } from "./fake_system.ts";

Deno.test("wizardWorld() saves, replaces only when told to, and says why it cannot", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kar-wizard-" });
  try {
    const isFolder = (path: string) => Promise.resolve(path === folder);
    const { save } = wizardWorld(
      { ...new FakeSystem(), isFolder } as FakeSystem,
    );
    const path = `${folder}/a.yaml`;
    assert.deepEqual(await save(path, "one", "new"), { kind: "saved" });
    assert.deepEqual(await save(path, "two", "new"), { kind: "exists" });
    assert.equal(await Deno.readTextFile(path), "one");
    assert.deepEqual(await save(path, "two", "replace"), { kind: "saved" });
    assert.equal(await Deno.readTextFile(path), "two");
    const whyOf = (saved: Saved) => saved.kind === "refused" ? saved.why : "";
    assert.equal(
      whyOf(await save(folder, "one", "new")),
      `Cannot write ${folder}: it is a folder`,
    );
    assert.match(
      whyOf(await save(`${folder}/b/c.yaml`, "one", "new")),
      /^Cannot write .*c\.yaml: its folder does not exist/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
