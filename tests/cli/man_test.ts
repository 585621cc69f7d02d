import assert from "node:assert/strict";
import { kar } from "./kar.ts";

Deno.test("kar man writes a page for each command, of which none begins a line by chance as a request", async () => {
  const dir = await Deno.makeTempDir({ prefix: "kar-man-" });
  try {
    const { code, out, err } = await kar(["man", "--dir", `${dir}/man1`]);
    assert.equal(code, 0, err);
    const files = [...Deno.readDirSync(`${dir}/man1`)].map(({ name }) => name);
    assert.match(out, new RegExp(`^${files.length} pages in `));
    for (
      const file of ["kar.1", "kar-run.1", "kar-import-curl.1", "kar-echo.1"]
    ) assert.ok(files.includes(file), file);
    assert.ok(
      !files.some((file) =>
        file.includes("complete.1") || file.includes("help")
      ),
    );
    const requests = /^(?:\.(?:TH|SH|TP|B|BR|nf|fi)\b.*|\\&.*|[^.'].*|)$/;
    for (const file of files) {
      const text = await Deno.readTextFile(`${dir}/man1/${file}`);
      assert.match(text, /^\.TH "KAR[A-Z0-9-]*" 1 "2026-11-24" "kar \d/);
      for (const line of text.split("\n")) assert.match(line, requests);
    }
    const run = await Deno.readTextFile(`${dir}/man1/kar-run.1`);
    assert.match(run, /\.B \\-r, \\-\\-rate <N>\n/);
    assert.match(run, /\.SH EXAMPLES\n\.nf\nkar run http:/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("kar man says why the manual cannot be written", async () => {
  const file = await Deno.makeTempFile();
  try {
    const { code, err } = await kar(["man", "--dir", `${file}/x`]);
    assert.equal(code, 4);
    assert.match(err, /the manual cannot be written/);
  } finally {
    await Deno.remove(file);
  }
});
