import type { Case } from "./reading.ts";

const OK = "HTTP/1.1 200 OK\r\n";

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
  ...[
    ["junk after a chunk's size", "1 x"],
    ["junk behind a chunk's size", "1x"],
    ["two sizes in a chunk's line", "1 1"],
    ["a chunk's size with a sign", "+1"],
    ["a chunk's size below zero", "-1"],
    ["a chunk's size with 0x", "0x1"],
    ["a blank before a chunk's size", " 1"],
    ["a chunk's size with a fraction", "1.0"],
    ["a chunk's size in underscores", "1_0"],
    ["an extension without a name", "1;"],
    ["an extension without a name before another", "1;;a"],
    ["an extension with a blank name", "1; =b"],
    ["an extension of two words", "1;a b"],
    ["an extension without a value", "1;a="],
    ["an extension with two values", "1;a=b=c"],
    ["an extension with two words as its value", "1;a=b c"],
    ["an extension with a bracket", "1;a=(b)"],
    ["a quoted value without its end", '1;a="b'],
    ["a quoted value that ends in a backslash", '1;a="b\\'],
    ["text behind a quoted value", '1;a="b"c'],
    ["a control in a quoted value", '1;a="\x01"'],
    ["a delete in a quoted value", '1;a="\x7f"'],
    ["bytes above ASCII in an extension's name", "1;\xe4"],
    ["a comma after a chunk's size", "1,2"],
    ["a colon after a chunk's size", "1:a"],
  ].map(([name, line]) =>
    bad(
      name!,
      `${OK}transfer-encoding: chunked\r\n\r\n${line}\r\nx\r\n0\r\n\r\n`,
    )
  ),
  bad(
    "a bare line feed after a chunk's size",
    `${OK}transfer-encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n`,
  ),
  bad(
    "a bare line feed after an extension",
    `${OK}transfer-encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n`,
  ),
  bad(
    "a bare line feed after a chunk",
    `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n`,
  ),
  bad(
    "junk in the last chunk's line",
    `${OK}transfer-encoding: chunked\r\n\r\n0 x\r\n\r\n`,
  ),
  bad(
    "a chunk's size of letters",
    `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`,
  ),
  bad(
    "a chunk's size beyond numbers",
    `${OK}transfer-encoding: chunked\r\n\r\n1${"0".repeat(12)}\r\n\r\n`,
  ),
  bad(
    "a chunk's size of zeros without end",
    `${OK}transfer-encoding: chunked\r\n\r\n${"0".repeat(65)}`,
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
  bad(
    "a head without end",
    `${OK}${"x-a: aaaaaaaaaaaaaaaa\r\n".repeat(3000)}`,
    "too_large",
  ),
  bad("a line without end", `${OK}x-a: ${"a".repeat(65_600)}`, "too_large"),
  bad(
    "a reason without end",
    `HTTP/1.1 200 ${"a".repeat(65_600)}`,
    "too_large",
  ),
  bad("junk without end", "a".repeat(65_600)),
  bad("a line of junk without end", `${"a".repeat(65_600)}\r\n`),
  bad(
    "interim answers without end",
    "HTTP/1.1 100 Continue\r\n\r\n".repeat(3000),
  ),
  bad(
    "large interim answers without end",
    `HTTP/1.1 103 Early\r\nlink: ${"a".repeat(900)}\r\n\r\n`.repeat(100),
    "too_large",
  ),
  bad(
    "chunk extensions without end",
    `${OK}transfer-encoding: chunked\r\n\r\n1;${"a".repeat(65_600)}`,
  ),
  bad(
    "trailers without end",
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"x-a: b\r\n".repeat(9000)}`,
    "too_large",
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

function bad(name: string, text: string, result = "protocol"): Case {
  return { name, text, result };
}
