import assert from "node:assert/strict";
import { buildPage, committedPage } from "../../scripts/page_bundle.ts";
import { ROOT } from "../../scripts/packaging/program.ts";

/** The bundler is a part of Deno: another version makes other bytes. */
const BUNDLED_WITH = "2.9.6";
/** Script and style together. */
const BYTES_MAX = 150_000;

const APP = `${ROOT}/src/page/app`;

async function* sources(folder = APP): AsyncGenerator<[string, string]> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield [path, await Deno.readTextFile(path)];
  }
}

Deno.test({
  name:
    "the page's script and style are what its sources come to, byte for byte",
  ignore: Deno.version.deno !== BUNDLED_WITH,
  async fn() {
    const [built, committed] = [await buildPage(), await committedPage()];
    const mend = "run deno run -A scripts/gen.ts page, and commit";
    assert.ok(built.js === committed.js, `page.js is old: ${mend}`);
    assert.ok(built.css === committed.css, `page.css is old: ${mend}`);
  },
});

Deno.test("the page itself stays small", async () => {
  const { js, css } = await committedPage();
  assert.ok(js.length + css.length <= BYTES_MAX);
});

Deno.test("the browser's part imports nothing of kar but the contract, and writes no markup", async () => {
  for await (const [path, text] of sources()) {
    const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, name]) =>
      name!
    );
    for (const name of imported) {
      const resolved = name.startsWith(".")
        ? new URL(name, `file://${path}`).pathname
        : name;
      assert.ok(
        resolved === "uplot" || resolved.startsWith(APP) ||
          resolved.endsWith("/src/page/contract.ts"),
        `${path} imports ${name}`,
      );
    }
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\bDeno\./,
      path,
    );
  }
});
