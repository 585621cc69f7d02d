import assert from "node:assert/strict";
import { renderLivePage, renderPage } from "../../src/page/mod.ts";
import { longRun } from "./long_runs.ts";
import { simulated } from "./simulated.ts";

async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `'sha256-${new Uint8Array(hash).toBase64()}'`;
}

/** What stands between the tags of a page's one script, or style. */
function inside(page: string, tag: RegExp, end: string): string {
  const match = tag.exec(page)!;
  const from = match.index + match[0].length;
  return page.slice(from, page.indexOf(end, from));
}

Deno.test("a frozen page allows its own script and style by their hashes, and nothing else", async () => {
  const page = await renderPage((await simulated()).data);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  const script = inside(page, /<script type="module">/, "</script>");
  const style = inside(page, /<style>/, "</style>");
  assert.equal(
    policy,
    `default-src 'none'; script-src ${await sha256(
      script,
    )}; style-src ${await sha256(
      style,
    )}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

Deno.test("a page names no address outside of it, whatever its targets are called", async () => {
  const { data } = await simulated({
    targets: ["</script><script>alert(1)</script>", "<img src=//evil.example>"],
  });
  const page = await renderPage(data);
  assert.doesNotMatch(page, /evil\.example/);
  assert.equal(page.split("<script").length, 3, "data and script");
  // Namespaces of pictures are names, and nobody asks for them.
  assert.doesNotMatch(page, /https?:\/\/(?!www\.w3\.org\/)/);
  assert.equal(page.split("</script").length, 3);
});

Deno.test("a frozen page of a minute stays small, and a live one has no data in it", async () => {
  const page = await renderPage((await simulated()).data);
  assert.ok(page.length < 150_000, `${page.length} bytes`);
  assert.doesNotMatch(renderLivePage(), /id="data"/);
});

Deno.test("a frozen page of a day, or a year, with three targets has at most 500 KB", async () => {
  for (const hours of [24, 24 * 365]) {
    const page = await renderPage(longRun(hours));
    assert.ok(page.length <= 500_000, `${hours} h: ${page.length} bytes`);
  }
});
