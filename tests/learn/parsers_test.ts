import assert from "node:assert/strict";
import {
  detectFormat,
  type LineFormat,
  type LineRecord,
  newRecord,
  parserOf,
} from "../../src/access/mod.ts";
import { type MadeRequest, WRITE } from "./made_log.ts";

const ENCODER = new TextEncoder();

/** A record whose line is the first bytes. */
function whole(record: LineRecord, to: number): LineRecord {
  record.from = 0;
  record.to = to;
  return record;
}

/** What a parser makes of a line. */
function read(format: LineFormat, line: string) {
  const bytes = ENCODER.encode(line);
  const record = newRecord();
  const isRead = parserOf(format)(bytes, whole(record, bytes.length));
  const text = (all: Uint8Array, from: number, to: number) =>
    new TextDecoder().decode(all.subarray(from, to));
  return isRead
    ? {
      ms: record.stampUs / 1000,
      tookMs: record.durationUs / 1000,
      status: record.status,
      method: text(bytes, record.methodFrom, record.methodTo),
      path: text(record.pathBytes, record.pathFrom, record.pathTo),
      client: text(bytes, record.clientFrom, record.clientTo),
    }
    : null;
}

const REQUEST: MadeRequest = {
  ...{ startMs: Date.UTC(2026, 8, 1, 12, 0, 0), tookMs: 250, method: "GET" },
  ...{ path: "/items/17?token=secret", status: 304, client: "203.0.113.9" },
};

const FORMAT_OF: Readonly<Record<string, LineFormat>> = {
  ...{ nginx: "combined", apache: "combined", caddy: "json", json: "json" },
  ...{ envoy: "envoy", alb: "alb" },
};

Deno.test("each server's line says when, what, how long and by whom", () => {
  for (const [server, format] of Object.entries(FORMAT_OF)) {
    const line = WRITE[server]!(REQUEST);
    const found = read(format, line);
    assert.ok(found !== null, server);
    const { path, method, status, client } = found;
    assert.deepEqual(
      { path, method, status, client },
      { path: "/items/17", method: "GET", status: 304, client: "203.0.113.9" },
      server,
    );
    const isEnd = server === "caddy" || server === "nginx";
    const tickMs = format === "combined" ? 1000 : 1;
    const expected = REQUEST.startMs + (isEnd ? 250 : 0);
    assert.ok(Math.abs(found.ms - expected) <= tickMs, `${server} ${found.ms}`);
    if (format !== "combined") assert.equal(found.tookMs, 250, server);
  }
});

Deno.test("the format of a log is found out from its first lines", () => {
  for (const [server, format] of Object.entries(FORMAT_OF)) {
    const lines = Array.from({ length: 20 }, () => WRITE[server]!(REQUEST));
    assert.equal(detectFormat(ENCODER.encode(lines.join("\n"))), format);
  }
  assert.equal(detectFormat(ENCODER.encode("no\nlog\nat all\n")), undefined);
});

Deno.test("what a client sends ends no field and sets no time", () => {
  const sent =
    '203.0.113.9 - x [01/Sep/2026:12:00:00 +0000] "GET /a\\" 200 5 \\"-\\" [01/Jan/1970:00:00:00 +0000]/b HTTP/1.1" 404 1 "-" "\\" 500 9"';
  const found = read("combined", sent);
  assert.equal(found?.ms, Date.UTC(2026, 8, 1, 12));
  assert.equal(found?.status, 404);
  const named =
    '203.0.113.9 - [01/Jan/1970:00:00:00 +0000] [01/Sep/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"';
  assert.equal(read("combined", named)?.ms, Date.UTC(2026, 8, 1, 12));
  const json =
    '{"ts":1788264000.5,"request":{"uri":"/x\\",\\"ts\\":1,\\"status\\":500","method":"GET"},"status":200}';
  assert.equal(read("json", json)?.status, 200);
  assert.equal(read("json", json)?.ms, 1788264000500);
});

Deno.test("JSON lines are read by names of fields, whatever else stands in them", () => {
  const line = JSON.stringify({
    list: [{ ts: 1, status: 500 }, "]", ["}"]],
    deep: { a: { b: { c: { ts: 7 } } } },
    "@timestamp": "2026-09-01T12:00:00.250+02:00",
    "http.request.method": "PUT",
    request: "PUT /v1/x?q=1 HTTP/1.1",
    response_code: 201,
    request_time: 0.125,
    remote_addr: "::1",
  });
  assert.deepEqual(read("json", line), {
    ms: Date.UTC(2026, 8, 1, 10, 0, 0, 250),
    tookMs: 125,
    status: 201,
    method: "PUT",
    path: "/v1/x",
    client: "::1",
  });
  const slashes = '{"time":1788264000,"path":"\\/api\\/items","status":"200"}';
  assert.equal(read("json", slashes)?.path, "/api/items");
});

Deno.test("a line that is cut anywhere, or has a wrong byte anywhere, throws nothing", () => {
  for (const [server, format] of Object.entries(FORMAT_OF)) {
    const bytes = ENCODER.encode(WRITE[server]!(REQUEST));
    const record = newRecord();
    const parse = parserOf(format);
    for (let end = 0; end <= bytes.length; end++) {
      parse(bytes, whole(record, end));
    }
    for (let at = 0; at < bytes.length; at++) {
      for (const byte of [0, 34, 91, 92, 93, 123, 125, 255]) {
        const wrong = bytes.slice();
        wrong[at] = byte;
        parse(wrong, whole(record, wrong.length));
      }
    }
  }
});
