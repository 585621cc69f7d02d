import assert from "node:assert/strict";
import fc from "fast-check";
import { fetchComplaint, parseUrl } from "../../src/request/mod.ts";

type ClientName = "wire" | "fetch" | "connect";

function complaint(text: string, client: ClientName = "fetch"): string | null {
  const url = parseUrl(text);
  assert.ok(url.kind === "url", text);
  return fetchComplaint(url, { protocol: "http", client });
}

Deno.test("fetchComplaint() names client: wire for what fetch sends otherwise", () => {
  const rewritten = [
    "http://a.test/a/../b",
    "http://a.test/./a",
    "http://a.test/a/%2e%2E/b",
    "http://a.test/a/.",
    "http://a.test/?q='",
    "http://a.test:25/",
    "unix:/run/app.sock:/",
  ];
  for (const text of rewritten) {
    assert.match(complaint(text) ?? "", /client: wire/, text);
    assert.equal(complaint(text, "wire"), null);
  }
  for (
    const text of ["http://a.test/a?", "http://a.test//'", "http://a.test/{x}"]
  ) {
    assert.equal(complaint(text), null, text);
  }
});

Deno.test("fetchComplaint() refuses a Unix socket to Connect, too", () => {
  assert.match(complaint("unix:/run/a.sock", "connect") ?? "", /client: wire/);
  assert.equal(complaint("http://a.test:25/", "connect"), null);
});

Deno.test("fetchComplaint() lets through only what URL leaves as it is", () => {
  const part = fc.constantFrom(
    ...[
      "/",
      "//",
      ".",
      "..",
      "%2e",
      "a",
      "?",
      "'",
      "%27",
      "%",
      ";",
      "@",
      "[",
      "é",
    ],
  );
  const path = fc.array(part).map((parts) => `/${parts.join("")}`);
  fc.assert(fc.property(path, (text) => {
    const url = parseUrl(`http://a.test${text}`);
    assert.ok(url.kind === "url");
    const { href } = new URL(`http://a.test${url.path}`);
    const isKept = href === `http://a.test${url.path}`;
    assert.equal(complaint(`http://a.test${text}`) === null, isKept, text);
  }));
});
