import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
const text = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));

Deno.test("the map in ARCHITECTURE.md is the tree of src", () => {
  const mapped = [...text.matchAll(/^\| `src\/(\w+)`/gm)].map(([, name]) =>
    name!
  );
  const folders = [...Deno.readDirSync(new URL("src", ROOT))]
    .map(({ name }) => name);
  assert.deepEqual(mapped.sort(), folders.sort());
});

Deno.test("every path that ARCHITECTURE.md names is there", () => {
  const paths = [...text.matchAll(
    /`((?:src|scripts|tests|docs|configs|deploy|proto)\/[\w./-]+)`/g,
  )].map(([, path]) => path!);
  // NAME and KIND stand for what is to come.
  const named = paths.filter((path) => !/[A-Z]{4}/.test(path));
  assert.ok(named.length > 100);
  const missing = named.filter((path) => !isThere(path));
  assert.deepEqual(missing, []);
});

function isThere(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}
