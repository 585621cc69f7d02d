import assert from "node:assert/strict";
import fc from "fast-check";
import { INVALID } from "./invalid.ts";
import { bytesOf, readPieces, readToEnd, testParser } from "./reading.ts";
import { VALID } from "./valid.ts";

/** Above this, every split would take too long and shows nothing new. */
const MAX_SPLIT_BYTES = 2000;

Deno.test("ResponseParser gives the same result for every split in two", () => {
  for (const { text, bodiless } of [...VALID, ...INVALID]) {
    if (text.length > MAX_SPLIT_BYTES) continue;
    const bytes = bytesOf(text);
    const whole = readToEnd(testParser(bodiless), [bytes]);
    for (let at = 0; at <= bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      const split = readToEnd(testParser(bodiless), pieces);
      assert.deepEqual(split, whole, `split at ${at}: ${text}`);
    }
  }
});

Deno.test("ResponseParser gives the same result byte by byte", () => {
  for (const { text, bodiless } of [...VALID, ...INVALID]) {
    const bytes = bytesOf(text);
    const whole = readToEnd(testParser(bodiless), [bytes]);
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const split = readToEnd(testParser(bodiless), pieces);
    assert.deepEqual(split, whole, text.slice(0, 200));
  }
});

Deno.test("ResponseParser calls every beginning of a valid answer unfinished", () => {
  for (const { text, bodiless, extra = 0 } of VALID) {
    if (text.length > MAX_SPLIT_BYTES) continue;
    const bytes = bytesOf(text).subarray(0, text.length - extra);
    for (let at = 0; at < bytes.length; at++) {
      const reading = readPieces(testParser(bodiless), [bytes.subarray(0, at)]);
      assert.equal(reading.result, "more", `${at} bytes of ${text}`);
    }
  }
});

/** Pieces of answers, so that chance gets far into the grammar. */
const FRAGMENTS = [
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 204 \r\n",
  "HTTP/1.0 200\n",
  "HTTP/1.1 100 C\r\n\r\n",
  "content-length: 5\r\n",
  "Content-Length:12\n",
  "transfer-encoding: chunked\r\n",
  "transfer-encoding: gzip\r\n",
  "connection: close\r\n",
  "x: y\r\n z\r\n",
  "\r\n",
  "\n",
  "\r",
  " ",
  ":",
  "5\r\nhello\r\n",
  "0\r\n",
  "a;b=c\r\n",
  "ffffffffffff\r\n",
  "hello",
  "\x00",
  "\xff",
];

const anyBytes = fc.uint8Array({ maxLength: 400 });
const anyText = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 })
  .map((fragments) => bytesOf(fragments.join("")));
/** A valid answer with a few bytes changed, dropped or doubled. */
const almostValid = fc.tuple(
  fc.constantFrom(...VALID),
  fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.nat(255)), { maxLength: 4 }),
).map(([{ text }, edits]) => {
  const bytes = [...bytesOf(text)];
  for (const [where, how, byte] of edits) {
    const at = where % bytes.length;
    if (how === 0) bytes[at] = byte;
    else if (how === 1) bytes.splice(at, 1);
    else bytes.splice(at, 0, byte);
  }
  return Uint8Array.from(bytes);
});
const cuts = fc.array(fc.nat(), { maxLength: 8 });

/** Fuzzed once and found wanting; replayed before anything new is tried. */
const EXAMPLES: [Uint8Array, number[]][] = [
  // A line that ends with the piece: whether it is folded is not known yet.
  [bytesOf("HTTP/1.1 200 OK\r\ncontent-length:\r\n 3\r\n\r\nabc"), [34, 35]],
  // A carriage return that ends the piece: whether it is bare is not known yet.
  [bytesOf("HTTP/1.1 200 OK\r\nx: a\r"), [21]],
];

Deno.test("ResponseParser reads anything, cut anywhere, to the same end", () => {
  fc.assert(
    fc.property(
      fc.oneof(anyBytes, anyText, almostValid),
      cuts,
      (bytes, where) => {
        const whole = readToEnd(testParser(), [bytes]);
        const split = readToEnd(testParser(), cut(bytes, where));
        assert.deepEqual(split, whole);
        assert.ok(whole.length <= bytes.length);
      },
    ),
    { numRuns: 20_000, seed: 20_251, examples: EXAMPLES },
  );
});

function cut(bytes: Uint8Array, where: readonly number[]): Uint8Array[] {
  const edges = where.map((at) => at % (bytes.length + 1)).sort((a, b) =>
    a - b
  );
  return [0, ...edges].map((from, i) =>
    bytes.subarray(from, edges[i] ?? bytes.length)
  );
}

Deno.test("ResponseParser keeps nothing of a body, however long", () => {
  const parser = testParser();
  const piece = bytesOf("HTTP/1.1 200 OK\r\n");
  parser.feed(piece, piece.length);
  // A head that never ends, in large pieces: refused at the limit.
  const flood = new Uint8Array(16 * 1024).fill(97);
  let fed = 0;
  while (parser.feed(flood, flood.length) === -1) fed += flood.length;
  assert.ok(fed <= 64 * 1024, `${fed} bytes were taken`);
});
