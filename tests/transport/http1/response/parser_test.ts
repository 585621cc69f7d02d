import assert from "node:assert/strict";
import {
  MORE,
  ResponseParser,
} from "../../../../src/transport/http1/response/mod.ts";
import { INVALID } from "./invalid.ts";
import {
  bytesOf,
  type Case,
  MAX_HEAD_BYTES,
  readPieces,
  readToEnd,
  testParser,
} from "./reading.ts";
import { VALID } from "./valid.ts";

function expectedLength({ text, extra = 0 }: Case): number {
  return text.length - extra;
}

for (const valid of VALID) {
  Deno.test(`ResponseParser reads ${valid.name}`, () => {
    const reading = readToEnd(testParser(valid.bodiless), [
      bytesOf(valid.text),
    ]);
    const length = expectedLength(valid);
    assert.deepEqual(reading, { result: valid.result, length });
  });
}

for (const invalid of INVALID) {
  Deno.test(`ResponseParser calls ${invalid.name} ${invalid.result}`, () => {
    const parser = testParser();
    const reading = readToEnd(parser, [bytesOf(invalid.text)]);
    assert.equal(reading.result, invalid.result);
    const isJudged = /protocol|too_large/.test(invalid.result);
    assert.equal(parser.reason !== "", isJudged, parser.reason);
  });
}

Deno.test("ResponseParser tells an answer as soon as its last byte is there", () => {
  for (const { text, bodiless, result, extra = 0 } of VALID) {
    if (extra > 0 || endsByClose(text, bodiless ?? false)) continue;
    const bytes = bytesOf(text);
    const parser = testParser(bodiless);
    const all = bytes.subarray(0, -1);
    assert.equal(readPieces(parser, [all]).result, "more", text);
    assert.equal(readPieces(parser, [bytes.subarray(-1)]).result, result, text);
  }
});

function endsByClose(text: string, bodiless: boolean): boolean {
  return readPieces(testParser(bodiless), [bytesOf(text)]).result === "more";
}

Deno.test("ResponseParser reads one answer after the other, whatever came before", () => {
  const parser = testParser();
  for (let round = 0; round < 2; round++) {
    for (
      const { text, result, bodiless, extra = 0 } of [...VALID, ...INVALID]
    ) {
      if (bodiless === true || extra > 0) continue;
      parser.begin(false);
      assert.equal(readToEnd(parser, [bytesOf(text)]).result, result, text);
    }
  }
});

Deno.test("ResponseParser knows whether it saw any byte", () => {
  const parser = testParser();
  assert.equal(parser.sawBytes, false);
  parser.feed(bytesOf("H"), 1);
  assert.equal(parser.sawBytes, true);
  parser.begin(false);
  assert.equal(parser.sawBytes, false);
});

Deno.test("ResponseParser reads no further than it is told", () => {
  const bytes = bytesOf("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokXXXX");
  const parser = testParser();
  assert.equal(parser.feed(bytes, 20), MORE);
  assert.equal(parser.feed(bytes.subarray(20), 24), 20);
});

Deno.test("ResponseParser takes a head of just the limit", () => {
  const start = "HTTP/1.1 204 No\r\nx: ";
  const head = (bytes: number) =>
    bytesOf(`${start}${"a".repeat(bytes - start.length - 4)}\r\n\r\n`);
  const fits = readPieces(testParser(), [head(MAX_HEAD_BYTES)]);
  assert.deepEqual(fits, { result: "204", length: MAX_HEAD_BYTES });
  const over = readPieces(testParser(), [head(MAX_HEAD_BYTES + 1)]);
  assert.equal(over.result, "too_large");
});

Deno.test("ResponseParser reads for how long the peer keeps the connection", () => {
  const rows: [field: string, seconds: number][] = [
    ["timeout=5", 5],
    ["timeout=5, max=100", 5],
    ["max=100,TimeOut = 15", 15],
    ['timeout="7"', 7],
    [" ,, timeout=0", 0],
    ["max=100", -1],
    ["timeout", -1],
    ["timeout=", -1],
    ["timeout=soon", -1],
    ["xtimeout=5", -1],
    ["timeout5", -1],
    ["", -1],
  ];
  for (const [field, seconds] of rows) {
    const parser = testParser();
    const text = `HTTP/1.1 200 OK\r\nkeep-alive: ${field}\r\n` +
      "content-length: 0\r\n\r\n";
    readPieces(parser, [bytesOf(text)]);
    assert.equal(parser.keepAliveSec, seconds, field);
    assert.equal(parser.keepAlive, true);
  }
});

for (
  const [what, text, said] of [
    ["TLS", "\x15\x03\x03\x00\x02\x02\x32", /speaks TLS; is it https:/],
    ["HTTP/2", "\x00\x00\x12\x04\x00\x00\x00", /speaks HTTP\/2; is it prot/],
    [
      "SSH",
      "SSH-2.0-OpenSSH\r\n",
      /^not an HTTP\/1\.1 response: SSH-2\.0-Open/,
    ],
  ] as const
) {
  Deno.test(`ResponseParser says what a peer speaks instead: ${what}`, () => {
    const parser = testParser();
    readToEnd(parser, [bytesOf(text)]);
    assert.match(parser.reason, said);
  });
}

Deno.test("ResponseParser takes a hundred thousand chunks of a few bytes, and no more", () => {
  const parser = new ResponseParser({
    maxBodyBytes: 10_000_000,
    maxHeadBytes: MAX_HEAD_BYTES,
  });
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  const small = "4\r\nabcd\r\n";
  const rows: [text: string, result: string][] = [
    [small.repeat(100_000), "200"],
    [small.repeat(100_001), "protocol"],
    ["5\r\nabcde\r\n".repeat(200_000), "200"],
  ];
  for (const [text, result] of rows) {
    parser.begin(false);
    const bytes = bytesOf(`${head}${text}0\r\n\r\n`);
    assert.equal(readToEnd(parser, [bytes]).result, result);
  }
});
