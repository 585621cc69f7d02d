import type { Case } from "./reading.ts";

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
    "trailers with bare line feeds",
    `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\n\n`,
  ),
  ok(
    "chunk extensions",
    `${OK}transfer-encoding: chunked\r\n\r\n3;a=b;c="d e"\r\nabc\r\n0 ; x\r\n\r\n`,
  ),
  ok(
    "chunk extensions with blanks, escapes and bytes above ASCII",
    `${OK}transfer-encoding: chunked\r\n\r\n` +
      `1 \t;\ta \t=\t"b\\"\t\xe4;" ; c = d ; e \t\r\nx\r\n0\r\n\r\n`,
  ),
  ok(
    "chunk sizes of sixteen digits",
    `${OK}transfer-encoding: chunked\r\n\r\n0000000000000003\r\nabc\r\n0000000000000000\r\n\r\n`,
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

function ok(name: string, text: string, result = "200"): Case {
  return { name, text, result };
}
