import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import type { TargetPlan } from "../../../src/plan/mod.ts";
import { frameHttp1 } from "../../../src/transport/http1/request.ts";
import { requestOf, testTarget } from "../support.ts";

const URL_TEXT = "http://shop.test:8080/a/b?q=1";

function prepare(over: Partial<TargetPlan>) {
  const target = testTarget({ url: URL_TEXT, ...over });
  return frameHttp1(requestOf(target));
}

function textOf(over: Partial<TargetPlan>): string {
  return new TextDecoder().decode(prepare(over).bytes);
}

Deno.test("frameHttp1() writes the least that HTTP/1.1 needs", () => {
  assert.equal(
    textOf({}),
    "GET /a/b?q=1 HTTP/1.1\r\n" +
      "host: shop.test:8080\r\n" +
      "user-agent: kar/test (run test)\r\n\r\n",
  );
});

Deno.test("frameHttp1() leaves the usual port out of host", () => {
  assert.match(textOf({ url: "http://a.test/" }), /\r\nhost: a\.test\r\n/);
  assert.match(textOf({ url: "https://a.test/" }), /\r\nhost: a\.test\r\n/);
  assert.match(textOf({ url: "http://[::1]:81/" }), /\r\nhost: \[::1\]:81\r\n/);
});

Deno.test("frameHttp1() counts the body in bytes, expanded", () => {
  const text = textOf({ method: "POST", body: "ä${X}" });
  assert.ok(text.endsWith("\r\ncontent-length: 12\r\n\r\näexpanded-X"), text);
});

Deno.test("frameHttp1() says that a body is empty where one is usual", () => {
  for (const method of ["POST", "PUT", "PATCH"]) {
    assert.match(textOf({ method }), /\r\ncontent-length: 0\r\n\r\n$/);
  }
  for (const method of ["GET", "HEAD", "DELETE", "OPTIONS"]) {
    assert.doesNotMatch(textOf({ method }), /content-length/);
  }
});

Deno.test("frameHttp1() expands url and headers and keeps their order", () => {
  const text = textOf({
    url: "http://a.test/${P}",
    headers: [["X-B", "${T}"], ["x-a", "1"], ["X-B", " 2 "]],
  });
  assert.ok(text.startsWith("GET /expanded-P HTTP/1.1\r\n"), text);
  assert.ok(text.endsWith("\r\nX-B: expanded-T\r\nx-a: 1\r\nX-B: 2\r\n\r\n"));
});

Deno.test("frameHttp1() sends path and query as they are written", () => {
  for (const path of ["/a?", "/a/../b", "//", "/%2e/?'", "/"]) {
    const text = textOf({ url: `http://a.test${path}` });
    assert.ok(text.startsWith(`GET ${path} HTTP/1.1\r\n`), text);
  }
  assert.match(textOf({ url: "http://a.test/{x}" }), /^GET \/%7Bx%7D HTTP/);
  assert.match(textOf({ url: "http://a.test?q" }), /^GET \/\?q HTTP/);
  assert.match(
    textOf({ url: "unix:/run/a.sock:/x" }),
    /^GET \/x HTTP\/1.1\r\nhost: localhost\r\n/,
  );
});

Deno.test("frameHttp1() leaves host and user-agent to the target", () => {
  const text = textOf({ headers: [["Host", "other"], ["User-Agent", "me"]] });
  assert.equal(
    text,
    "GET /a/b?q=1 HTTP/1.1\r\nHost: other\r\nUser-Agent: me\r\n\r\n",
  );
});

Deno.test("frameHttp1() knows which answers have no body, and what closes", () => {
  assert.equal(prepare({ method: "HEAD" }).bodiless, true);
  assert.equal(prepare({}).bodiless, false);
  assert.equal(prepare({}).closes, false);
  const closing = [["Connection", "Close"]] as const;
  assert.equal(prepare({ headers: closing }).closes, true);
});

for (
  const [what, over, message] of [
    ["no URL", { url: "shop" }, /url/],
    ["a part that is never sent", { url: "http://a.test/#part" }, /after #/],
    ["an upgrade", { headers: [["Connection", "TE, close"]] }, /keep-alive/],
    ["another scheme", { url: "ftp://a.test/" }, /ftp:/],
    ["a user in the URL", { url: "http://u:secret@a.test/" }, /authorization/],
    ["a method with a space", { method: "GET /x" }, /method/],
    ["a header without a name", { headers: [["", "x"]] }, /header/],
    ["a header name with a colon", { headers: [["a:b", "x"]] }, /header/],
    ["a line break in a header", { headers: [["a", "x\r\nb: c"]] }, /"a"/],
    ["a length", { headers: [["Content-Length", "1"]] }, /Content-Length/],
    [
      "an encoding of the framing",
      { headers: [["transfer-encoding", "chunked"]] },
      /transfer-encoding/,
    ],
  ] as [string, Partial<TargetPlan>, RegExp][]
) {
  Deno.test(`a request over HTTP/1.1 is refused for ${what}`, () => {
    assert.throws(() => prepare(over), (error) => {
      assert.ok(error instanceof KarError);
      assert.equal(error.exit, "config");
      assert.match(error.message, /^target test: /);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}
