/**
 * Answers, what must come of them, and how to read them cut into pieces.
 *
 * @module
 */
import {
  BROKEN,
  MORE,
  ResponseParser,
} from "../../../../src/transport/http1/response/mod.ts";

/** Bodies longer than this are too large. */
export const MAX_BODY_BYTES = 1000;

/** What came of some bytes. */
export interface Reading {
  /** `200`, `200 close`, a kind of failure, or `more`. */
  readonly result: string;
  /** Bytes that belong to the answer; 0 when there is none. */
  readonly length: number;
}

/** An answer, or what looks like one. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** As in `Reading`, after the connection has ended. */
  readonly result: string;
  readonly bodiless?: boolean;
  /** Bytes at the end of `text` that belong to no answer. */
  readonly extra?: number;
}

/** A parser as the client makes it. */
export function testParser(bodiless = false): ResponseParser {
  const parser = new ResponseParser({ bodiless, maxBodyBytes: MAX_BODY_BYTES });
  parser.begin();
  return parser;
}

/** Text as bytes, one byte for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Reads pieces until the answer is whole or broken. */
export function readPieces(
  parser: ResponseParser,
  pieces: readonly Uint8Array[],
): Reading {
  let before = 0;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    const end = parser.feed(piece, piece.length);
    if (end === BROKEN) return { result: parser.failure, length: 0 };
    if (end !== MORE) return { result: codeOf(parser), length: before + end };
    before += piece.length;
  }
  return { result: "more", length: 0 };
}

/** Like `readPieces`, after which the connection ends. */
export function readToEnd(
  parser: ResponseParser,
  pieces: readonly Uint8Array[],
): Reading {
  const reading = readPieces(parser, pieces);
  if (reading.result !== "more") return reading;
  const failure = parser.finish();
  if (failure !== null) return { result: failure, length: 0 };
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { result: codeOf(parser), length };
}

function codeOf(parser: ResponseParser): string {
  return `${parser.status}${parser.keepAlive ? "" : " close"}`;
}

const OK = "HTTP/1.1 200 OK\r\n";

/** Valid answers. */
export const VALID: readonly Case[] = [
  ok("a length", `${OK}Content-Length: 5\r\n\r\nhello`),
  ok("a length of zero", `${OK}content-length: 0\r\n\r\n`),
  ok("no reason", "HTTP/1.1 204 \r\n\r\n", "204"),
  ok("no blank after the code", "HTTP/1.1 204\r\n\r\n", "204"),
  ok("a code of its own", "HTTP/1.1 799 X\r\ncontent-length: 0\r\n\r\n", "799"),
  ok("names in any case", `${OK}cOnTeNt-LeNgTh:3\r\n\r\nabc`),
  ok("blanks around a value", `${OK}content-length: \t 3 \t \r\n\r\nabc`),
  ok(
    "the same length twice",
    `${OK}content-length: 3\r\nContent-Length: 3\r\n\r\nabc`,
  ),
  ok("the same length in a list", `${OK}content-length: 3, 3\r\n\r\nabc`),
  ok("bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 3\n\nabc"),
  ok(
    "a folded line",
    `${OK}x-a: one\r\n two\r\n\tthree\r\ncontent-length: 1\r\n\r\na`,
  ),
  ok("a folded length", `${OK}content-length:\r\n 3\r\n\r\nabc`),
  ok(
    "a folded coding",
    `${OK}transfer-encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n`,
  ),
  ok("a fold after the status line", `${OK} x\r\ncontent-length: 0\r\n\r\n`),
  ok(
    "bytes above ASCII in a value",
    `${OK}x-a: \xe4\xff\r\ncontent-length: 0\r\n\r\n`,
  ),
  ok(
    "many fields",
    `${OK}${"x-a: b\r\n".repeat(200)}content-length: 1\r\n\r\nz`,
  ),
  ok(
    "chunks",
    `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1A\r\n${
      "x".repeat(26)
    }\r\n0\r\n\r\n`,
  ),
  ok(
    "chunks with bare line feeds",
    `${OK}transfer-encoding: chunked\r\n\r\n3\nabc\n0\n\n`,
  ),
  ok(
    "chunk extensions",
    `${OK}transfer-encoding: chunked\r\n\r\n3;a=b;c="d e"\r\nabc\r\n0 ; x\r\n\r\n`,
  ),
  ok(
    "blanks after a chunk's size",
    `${OK}transfer-encoding: chunked\r\n\r\n3  \r\nabc\r\n000\r\n\r\n`,
  ),
  ok(
    "trailers",
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nx-sum: 1\r\n folded\r\ncontent-length: 9\r\n\r\n`,
  ),
  ok(
    "a coding beside chunked",
    `${OK}transfer-encoding: gzip, Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  ),
  ok(
    "codings over two lines",
    `${OK}transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  ok(
    "interim answers",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\ncontent-length: 7\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
  ),
  ok(
    "304 with a length",
    "HTTP/1.1 304 Not Modified\r\ncontent-length: 500\r\n\r\n",
    "304",
  ),
  ok(
    "204 with a length",
    "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n",
    "204",
  ),
  ok(
    "close asked for",
    `${OK}connection: close\r\ncontent-length: 2\r\n\r\nok`,
    "200 close",
  ),
  ok(
    "close in a list",
    `${OK}connection: x, Close ,y\r\ncontent-length: 0\r\n\r\n`,
    "200 close",
  ),
  ok(
    "close in a second line",
    `${OK}connection: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    "200 close",
  ),
  ok("an end by close", `${OK}x-a: b\r\n\r\nall that comes`, "200 close"),
  ok("an end by close, without a body", `${OK}\r\n`, "200 close"),
  ok(
    "a coding after chunked",
    `${OK}transfer-encoding: chunked, gzip\r\n\r\nzzz`,
    "200 close",
  ),
  ok(
    "a coding that is not chunked",
    `${OK}transfer-encoding: gzip\r\n\r\nzzz`,
    "200 close",
  ),
  ok(
    "a length beside chunked",
    `${OK}content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    "200 close",
  ),
  ok("HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 close"),
  ok(
    "HTTP/1.0 kept alive",
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok",
  ),
  ok(
    "HTTP/1.0 with chunks",
    "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "200 close",
  ),
  ok("HTTP/1.0 closed", "HTTP/1.0 200 OK\r\n\r\nbody", "200 close"),
  ok(
    "a longer body than a read",
    `${OK}content-length: 1000\r\n\r\n${"y".repeat(1000)}`,
  ),
  {
    ...ok("HEAD with a length", `${OK}content-length: 5000\r\n\r\n`),
    bodiless: true,
  },
  {
    ...ok("HEAD with chunks", `${OK}transfer-encoding: chunked\r\n\r\n`),
    bodiless: true,
  },
  { ...ok("HEAD with neither", `${OK}\r\n`), bodiless: true },
  {
    ...ok(
      "a second answer behind it",
      `${OK}content-length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n`,
    ),
    extra: 19,
  },
];

/** What is no answer, or not one that is accepted. */
export const INVALID: readonly Case[] = [
  bad("nothing at all", "", "closed"),
  bad("half a status line", "HTTP/1.1 20", "closed"),
  bad("half a head", `${OK}content-le`, "closed"),
  bad("a head without its empty line", `${OK}content-length: 2\r\n`, "closed"),
  bad("an interim answer alone", "HTTP/1.1 100 Continue\r\n\r\n", "closed"),
  bad("half a body", `${OK}content-length: 10\r\n\r\nhalf`, "truncated"),
  bad("no body", `${OK}content-length: 10\r\n\r\n`, "truncated"),
  bad(
    "half a chunk",
    `${OK}transfer-encoding: chunked\r\n\r\na\r\nhalf`,
    "truncated",
  ),
  bad(
    "no last chunk",
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n`,
    "truncated",
  ),
  bad(
    "no end of trailers",
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\n`,
    "truncated",
  ),
  bad("junk", "\x00\x01\x02 this is no HTTP\r\n\r\n"),
  bad("junk without a line end", "SSH-2.0-OpenSSH"),
  bad("an empty line first", `\r\n${OK}\r\n`),
  bad("HTTP/2", "HTTP/2 200\r\n\r\n"),
  bad("HTTP/1.x", "HTTP/1.x 200 OK\r\n\r\n"),
  bad("a tab after the version", "HTTP/1.1\t200 OK\r\n\r\n"),
  bad("a code of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
  bad("a code of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
  bad("a code below 100", "HTTP/1.1 099 OK\r\n\r\n"),
  bad("a code of letters", "HTTP/1.1 2x0 OK\r\n\r\n"),
  bad("an upgrade nobody asked for", "HTTP/1.1 101 Switching\r\n\r\n"),
  bad("a field without a colon", `${OK}content-length 5\r\n\r\n`),
  bad("a field without a name", `${OK}: 5\r\n\r\n`),
  bad("a blank before the colon", `${OK}content-length : 5\r\n\r\nhello`),
  bad("a zero byte in a value", `${OK}x-a: a\x00b\r\n\r\n`),
  bad("a bare carriage return", `${OK}x-a: a\rb\r\n\r\n`),
  bad("two lengths", `${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`),
  bad("two lengths in a list", `${OK}content-length: 3, 4\r\n\r\nabc`),
  bad("a length below zero", `${OK}content-length: -1\r\n\r\n`),
  bad("a length with a sign", `${OK}content-length: +1\r\n\r\na`),
  bad("a length of letters", `${OK}content-length: 5a\r\n\r\nhello`),
  bad("an empty length", `${OK}content-length:\r\n\r\n`),
  bad(
    "a length beyond numbers",
    `${OK}content-length: ${"9".repeat(30)}\r\n\r\n`,
  ),
  bad(
    "chunked twice",
    `${OK}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad(
    "a chunk without a size",
    `${OK}transfer-encoding: chunked\r\n\r\n\r\nabc`,
  ),
  bad(
    "a chunk's size of letters",
    `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`,
  ),
  bad(
    "a chunk's size beyond numbers",
    `${OK}transfer-encoding: chunked\r\n\r\n${"0".repeat(13)}\r\n\r\n`,
  ),
  bad(
    "a chunk longer than its size",
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n`,
  ),
  bad(
    "a bare carriage return after a size",
    `${OK}transfer-encoding: chunked\r\n\r\n1\rx`,
  ),
  bad(
    "a bare carriage return after a chunk",
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\rx`,
  ),
  bad(
    "a control in a chunk extension",
    `${OK}transfer-encoding: chunked\r\n\r\n1;\x01\r\nx`,
  ),
  bad(
    "trailers that are none",
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n`,
  ),
  bad("a head without end", `${OK}${"x-a: aaaaaaaaaaaaaaaa\r\n".repeat(3000)}`),
  bad("a line without end", `${OK}x-a: ${"a".repeat(65_600)}`),
  bad(
    "interim answers without end",
    "HTTP/1.1 100 Continue\r\n\r\n".repeat(3000),
  ),
  bad(
    "chunk extensions without end",
    `${OK}transfer-encoding: chunked\r\n\r\n1;${"a".repeat(65_600)}`,
  ),
  bad(
    "trailers without end",
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"x-a: b\r\n".repeat(9000)}`,
  ),
  bad(
    "a length that is too large",
    `${OK}content-length: 1001\r\n\r\n`,
    "too_large",
  ),
  bad(
    "a chunk that is too large",
    `${OK}transfer-encoding: chunked\r\n\r\n3e9\r\n`,
    "too_large",
  ),
  bad(
    "chunks that grow too large",
    `${OK}transfer-encoding: chunked\r\n\r\n${
      `1f4\r\n${"x".repeat(500)}\r\n`.repeat(3)
    }0\r\n\r\n`,
    "too_large",
  ),
  bad(
    "a close that comes too late",
    `${OK}\r\n${"x".repeat(1001)}`,
    "too_large",
  ),
];

function ok(name: string, text: string, result = "200"): Case {
  return { name, text, result };
}

function bad(name: string, text: string, result = "protocol"): Case {
  return { name, text, result };
}
