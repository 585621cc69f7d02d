import assert from "node:assert/strict";
import { PURE } from "../../scripts/rules/purity.ts";

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

Deno.test("the folders that ARCHITECTURE.md calls pure are held to it", () => {
  const pure = [...text.matchAll(/^\| `src\/(\w+)`.*\| pure +\|$/gm)]
    .map(([, name]) => name!);
  assert.deepEqual(pure.sort(), PURE.toSorted());
});

Deno.test("every name of code in ARCHITECTURE.md is in the code", () => {
  // `GrowthReader`, `Client.cancel`, `heldBeat`, `FAILURE_KINDS`, `partsAt(slot)`.
  const names = [...text.matchAll(/`([A-Za-z_][\w.]*)(?:\([\w, ]*\))?`/g)]
    .map(([, name]) => name!.split(".").at(-1)!)
    .filter((name) => /[a-z][A-Z]|^[A-Z]/.test(name));
  assert.ok(names.length > 60);
  const known = new Set(sourceOf(new URL("src/", ROOT)).match(/\w+/g));
  const rules = sourceOf(new URL("scripts/rules/", ROOT)).match(/\w+/g) ?? [];
  for (const word of rules) known.add(word);
  assert.deepEqual(names.filter((name) => !known.has(name)), []);
});

/** All of a folder's TypeScript. */
function sourceOf(folder: URL): string {
  return [...Deno.readDirSync(folder)].map(({ name, isDirectory }) =>
    isDirectory
      ? sourceOf(new URL(`${name}/`, folder))
      : name.endsWith(".ts")
      ? Deno.readTextFileSync(new URL(name, folder))
      : ""
  ).join("\n");
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}
