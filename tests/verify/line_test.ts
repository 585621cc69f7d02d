import assert from "node:assert/strict";
import fc from "fast-check";
import { AccessReader, type LineOptions } from "../../src/verify/mod.ts";

const AT = Date.UTC(2026, 10, 24, 12, 0, 5);
const REQUEST = `"GET /api?x=1 HTTP/1.1" 200 12`;

/** A line, its instant, tick and path. */
const LINES: readonly (readonly [
  name: string,
  line: string,
  read: readonly [atMs: number, tickMs: number, path: string | null],
  options?: LineOptions,
])[] = [
  [
    "common",
    `10.0.0.1 - - [24/Nov/2026:13:00:05 +0100] ${REQUEST}`,
    [AT, 1000, "/api?x=1"],
  ],
  [
    "Apache with a fraction",
    `h - u [24/Nov/2026:07:30:05.250 -0430] ${REQUEST}`,
    [AT + 250, 1, "/api?x=1"],
  ],
  [
    "combined with $msec at its end",
    `h - - [24/Nov/2026:12:00:05 +0000] ${REQUEST} "-" "x" 1795521605.123`,
    [AT + 123, 1, "/api?x=1"],
  ],
  ["$msec alone", "1795521605.123 200", [AT + 123, 1, null]],
  [
    "$time_iso8601",
    `2026-11-24T13:00:05+01:00 ${REQUEST}`,
    [AT, 1000, "/api?x=1"],
  ],
  [
    "combined, read as such",
    `h - - [24/Nov/2026:12:00:05 +0000] ${REQUEST} 1795521605.123`,
    [AT, 1000, "/api?x=1"],
    { format: "clf" },
  ],
  [
    "a client's text that looks like a stamp",
    `h - [01/Jan/2001:00:00:00 [24/Nov/2026:12:00:05 +0000] ${REQUEST} "1095521605.123" "[01/Jan/2001:00:00:00 +0000] \\" 1095521605.123"`,
    [AT, 1000, "/api?x=1"],
  ],
  [
    "an absolute form",
    `h - - [24/Nov/2026:12:00:05 +0000] "GET http://a.test HTTP/1.1" 200 1`,
    [AT, 1000, "/"],
  ],
  [
    "JSON with a time of another name",
    `{"http":{"at":"2026-11-24T12:00:05.5Z"},"time":1,"request":"GET /a HTTP/2.0"}`,
    [AT + 500, 100, "/a"],
    { field: "http.at" },
  ],
  [
    "JSON with milliseconds",
    `{"timestamp":1795521605123,"path":"/a"}`,
    [AT + 123, 1, "/a"],
  ],
  [
    "JSON with $msec as text",
    `{"msec":"1795521605.123","uri":"/a"}`,
    [AT + 123, 1, "/a"],
  ],
];

for (const [name, line, [atMs, tickMs, path], options] of LINES) {
  Deno.test(`a line is read: ${name}`, () => {
    const read = new AccessReader(options).read(line)!;
    assert.ok(Math.abs(read.atMs - atMs) < 1e-3, `${read.atMs}`);
    assert.ok(Math.abs(read.tickMs - tickMs) < 1e-6, `${read.tickMs}`);
    assert.equal(read.path, path);
  });
}

Deno.test("Caddy's line is of the request's begin: its end less what it took", () => {
  const read = new AccessReader().read(
    `{"ts":1795521605.75,"request":{"uri":"/a"},"duration":0.25}`,
  )!;
  assert.deepEqual([read.atMs, read.path], [AT + 500, "/a"]);
});

Deno.test("a leap day and the ends of years are read", () => {
  const reader = new AccessReader();
  for (
    const at of [
      "2028-02-29T23:59:59Z",
      "2000-03-01T00:00:00Z",
      "2026-12-31T23:59:59Z",
      "2100-02-28T12:00:00Z",
    ]
  ) {
    assert.equal(reader.read(`${at} x`)!.atMs, Date.parse(at));
  }
});

Deno.test("read() agrees with Date for every instant, and throws for no text", () => {
  const reader = new AccessReader();
  fc.assert(
    fc.property(
      fc.date({
        min: new Date(0),
        max: new Date("2400-01-01"),
        noInvalidDate: true,
      }),
      (date) => {
        const read = reader.read(`${date.toISOString()} x`);
        assert.equal(read!.atMs, date.getTime());
      },
    ),
  );
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.json());
  fc.assert(fc.property(text, (line) => {
    reader.read(line);
    new AccessReader({ format: "json" }).read(line);
  }));
});
