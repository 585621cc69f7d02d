import assert from "node:assert/strict";
import {
  type Header,
  headerComplaints,
  type SendingClient,
} from "../../src/request/mod.ts";

const WIRE: SendingClient = { protocol: "http", client: "wire" };
const HTTP2: SendingClient = { protocol: "http2", client: "wire" };
const GRPC: SendingClient = { protocol: "grpc", client: "wire" };
const FETCH: SendingClient = { protocol: "http", client: "fetch" };
const CONNECT: SendingClient = { protocol: "grpc", client: "connect" };
const ALL = [WIRE, HTTP2, GRPC, FETCH, CONNECT];

function told(headers: readonly Header[], sender: SendingClient): string[] {
  return headerComplaints(headers, sender).map(({ index, message }) =>
    `${index}: ${message}`
  );
}

Deno.test("headerComplaints() takes what HTTP allows, from any client", () => {
  const headers: Header[] = [
    ["accept", "*/*"],
    ["x!#$%&'*+.^_`|~-", "\t ~"],
    ["host", "b"],
    ["x-empty", ""],
  ];
  for (const sender of ALL) assert.deepEqual(told(headers, sender), []);
});

Deno.test("headerComplaints() leaves framing to whoever sends", () => {
  for (
    const name of ["Content-Length", "transfer-encoding", "TE", "upgrade"]
  ) {
    for (const sender of ALL) {
      assert.match(told([[name, "1"]], sender).join(), /^0: is set by kar/);
    }
  }
  for (const name of ["Content-Type", "grpc-timeout"]) {
    for (const sender of [GRPC, CONNECT]) {
      assert.match(told([[name, "1"]], sender).join(), /as gRPC says/);
    }
    assert.deepEqual(told([[name, "1"]], WIRE), []);
  }
});

Deno.test("headerComplaints() lets HTTP/1.1 on the wire ask for a connection's end, and nobody else", () => {
  for (const value of ["close", "Keep-Alive", " close "]) {
    assert.deepEqual(told([["Connection", value]], WIRE), []);
  }
  for (const value of ["upgrade", "close, te", ""]) {
    assert.match(told([["connection", value]], WIRE).join(), /close or keep/);
  }
  const close: Header[] = [["connection", "close"]];
  assert.match(told(close, FETCH).join(), /client: wire/);
  for (const sender of [HTTP2, GRPC, CONNECT]) {
    assert.match(told(close, sender).join(), /HTTP\/2 has no such header/);
  }
});

Deno.test("headerComplaints() lets only the wire send a header twice", () => {
  const twice: Header[] = [["x-a", "1"], ["X-A", "2"], ["x-a", "1"]];
  for (const sender of [WIRE, HTTP2, GRPC]) {
    assert.deepEqual(told(twice, sender), []);
  }
  for (const sender of [FETCH, CONNECT]) {
    const [first, second] = told(twice, sender);
    assert.match(first!, /^1: must be given once with .*client: wire$/);
    assert.match(second!, /^2: /);
  }
  const hosts: Header[] = [["host", "a"], ["Host", "b"]];
  assert.deepEqual(told(hosts, WIRE), ["1: must be given once"]);
});

Deno.test("headerComplaints() refuses what would end a header or hides in it, and never shows it", () => {
  for (
    const value of ["a\r\nb: c", "a\nb", "a\0", "\x07", "✓", "a".repeat(8193)]
  ) {
    for (const sender of ALL) {
      const [only] = told([["x-a", `secret${value}`]], sender);
      assert.match(only!, /^0: must/);
      assert.doesNotMatch(only!, /secret/);
    }
  }
  assert.match(told([["x-a", "a\0"]], WIRE).join(), /visible characters/);
  assert.deepEqual(told([["x-a", "naïve"]], WIRE), []);
  assert.match(told([["x-a", "naïve"]], FETCH).join(), /ASCII/);
});

Deno.test("headerComplaints() takes names up to 256 characters: so every head can be sent", () => {
  for (const sender of ALL) {
    assert.deepEqual(told([["x".repeat(256), "1"]], sender), []);
    assert.match(
      told([["x".repeat(257), "1"]], sender).join(),
      /^0: must have a name of at most 256 characters$/,
    );
  }
});
