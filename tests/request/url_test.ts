import assert from "node:assert/strict";
import fc from "fast-check";
import { parseUrl, sentUrl } from "../../src/request/mod.ts";

function pathOf(text: string): string {
  const url = parseUrl(text);
  assert.equal(url.kind, "url", text);
  return url.kind === "url" ? url.path : "";
}

Deno.test("parseUrl() keeps path and query byte for byte", () => {
  const kept = [
    "/",
    "/a?",
    "/a??",
    "/a/../b",
    "/a/./b/..",
    "/..",
    "//",
    "//a//b//?//",
    "/a%2Fb%2fc/%2e%2E/",
    "/%7Bx%7D",
    "/a;b=1,2!$&'()*+:@~_-.",
    "/?q='a'&r=/?",
    "/a:8080/b@c",
  ];
  for (const path of kept) {
    assert.equal(pathOf(`http://a.test${path}`), path);
    assert.equal(pathOf(`https://[::1]:81${path}`), path);
    assert.equal(pathOf(`unix:/run/app.sock:${path}`), path);
  }
});

Deno.test("parseUrl() percent-encodes once what RFC 3986 does not allow", () => {
  const rows: [written: string, sent: string][] = [
    ["/{x}", "/%7Bx%7D"],
    ["/%7Bx}", "/%7Bx%7D"],
    ['/a|b^c`d\\e"f<g>', "/a%7Cb%5Ec%60d%5Ce%22f%3Cg%3E"],
    ["/?ids[]=1", "/?ids%5B%5D=1"],
    ["/100%", "/100%25"],
    ["/%zz%4", "/%25zz%254"],
    ["/ä/€/😀", "/%C3%A4/%E2%82%AC/%F0%9F%98%80"],
    ["/\ud800", "/%EF%BF%BD"],
  ];
  for (const [written, sent] of rows) {
    assert.equal(pathOf(`http://a.test${written}`), sent);
  }
});

Deno.test("parseUrl() begins a path with / where there is none (RFC 9112, 3.2.1)", () => {
  assert.equal(pathOf("http://a.test"), "/");
  assert.equal(pathOf("http://a.test?q"), "/?q");
  assert.equal(pathOf("unix:/run/app.sock"), "/");
});

Deno.test("parseUrl() tells host, port and authority apart", () => {
  const rows: [text: string, host: string, port: number, authority: string][] =
    [
      ["http://a.test/", "a.test", 80, "a.test"],
      ["HTTP://A.Test:80/", "a.test", 80, "a.test"],
      ["https://a.test", "a.test", 443, "a.test"],
      ["https://a.test:80?", "a.test", 80, "a.test:80"],
      ["http://[::1]:81/", "::1", 81, "[::1]:81"],
      ["http://bücher.test/", "xn--bcher-kva.test", 80, "xn--bcher-kva.test"],
    ];
  for (const [text, host, port, authority] of rows) {
    const url = parseUrl(text);
    assert.ok(url.kind === "url", text);
    assert.deepEqual(url.peer, { kind: "tcp", host, port });
    assert.equal(url.authority, authority);
    assert.equal(url.scheme, text.slice(0, 5).toLowerCase().replace(":", ""));
  }
});

Deno.test("parseUrl() reads where a Unix socket stands", () => {
  const rows: [text: string, socket: string, path: string][] = [
    ["unix:/run/app.sock", "/run/app.sock", "/"],
    ["unix:///run/app.sock", "/run/app.sock", "/"],
    ["UNIX:/run/a:b.sock:/x:/y", "/run/a:b.sock", "/x:/y"],
    ["unix:/run/{a}.sock:/{b}", "/run/{a}.sock", "/%7Bb%7D"],
  ];
  for (const [text, socket, path] of rows) {
    const url = parseUrl(text);
    assert.ok(url.kind === "url", text);
    assert.deepEqual(url.peer, { kind: "unix", path: socket });
    assert.equal(url.path, path);
    assert.equal(url.authority, "localhost");
    assert.equal(url.scheme, "http");
  }
});

Deno.test("parseUrl() refuses what is no address, and says what would be", () => {
  const rows: [text: string, message: RegExp][] = [
    ["", /must be an address/],
    ["localhost:8080", /must be an address/],
    ["ftp://a.test/", /must be an address/],
    ["http:///a", /must be an address/],
    ["http://a.test\\b", /must be an address/],
    ["http://a.test:99999/", /must be an address/],
    ["http://[::1/", /must be an address/],
    ["http://a.test/a b", /spaces/],
    ["http://a.test/a\r\nb", /line breaks/],
    ["http://a.test/\u00a0", /spaces/],
    ["http://u:secret@a.test/", /credentials/],
    ["http://@a.test/", /credentials/],
    ["http://a.test/#", /after #/],
    ["http://[fe80::1%25eth0]/", /zone/],
    ["http://[fe80::1%eth0]:80/", /zone/],
    ["unix:app.sock", /unix:\/run/],
    ["unix:", /unix:\/run/],
    ["unix:@abstract", /unix:\/run/],
    ["unix:/run/:/x", /unix:\/run/],
    ["unix:/run/app.sock:", /unix:\/run/],
    ["unix:/run/app.sock?x", /unix:\/run/],
    [`unix:/${"a".repeat(107)}`, /at most 107 bytes/],
  ];
  for (const [text, message] of rows) {
    const url = parseUrl(text);
    assert.equal(url.kind, "wrong", text);
    if (url.kind === "wrong") assert.match(url.message, message);
  }
});

const path = fc.string({ unit: "binary" })
  .map((text) => "/" + text.replaceAll(/[\s\p{Cc}#]/gu, ""));

Deno.test("parseUrl() sends only what RFC 3986 allows, and the same when read again", () => {
  fc.assert(fc.property(path, (text) => {
    const sent = pathOf(`http://a.test${text}`);
    assert.match(
      sent,
      /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/,
    );
    assert.equal(pathOf(`http://a.test${sent}`), sent);
  }));
});

Deno.test("parseUrl() keeps what servers decode", () => {
  fc.assert(fc.property(path, (text) => {
    const decoded = (sent: string) => {
      try {
        return decodeURIComponent(sent);
      } catch {
        return null;
      }
    };
    const whole = text.toWellFormed().replaceAll("%", "");
    assert.equal(decoded(pathOf(`http://a.test${whole}`)), whole);
  }));
});

Deno.test("sentUrl() is what parseUrl() sends, for text without variables", () => {
  const before = fc.constantFrom(
    "http://a.test",
    "https://[::1]:81",
    "unix:/run/a.sock:",
  );
  fc.assert(fc.property(before, path, (start, text) => {
    if (/\$\{/.test(text)) return;
    assert.equal(sentUrl(start + text), start + pathOf(start + text));
  }));
});

Deno.test("sentUrl() leaves variables, hosts and sockets as they are written", () => {
  const rows: [written: string, sent: string][] = [
    ["http://a.test", "http://a.test"],
    ["http://a.test?q", "http://a.test/?q"],
    ["http://a.test/a?", "http://a.test/a?"],
    ["http://[::1]/[]", "http://[::1]/%5B%5D"],
    ["${BASE}/{x}?k=${KEY}", "${BASE}/%7Bx%7D?k=${KEY}"],
    ["http://${HOST}:${PORT}/${P}", "http://${HOST}:${PORT}/${P}"],
    ["http://a.test/$${x}", "http://a.test/$%7Bx%7D"],
    ["unix:/run/{a}.sock:/{b}", "unix:/run/{a}.sock:/%7Bb%7D"],
    ["unix:/run/{a}.sock", "unix:/run/{a}.sock"],
  ];
  for (const [written, sent] of rows) assert.equal(sentUrl(written), sent);
});
