import assert from "node:assert/strict";
import fc from "fast-check";
import protobuf from "protobufjs";
import type { Json } from "../../../../src/plan/mod.ts";
import { readRequest } from "../../../../src/request/mod.ts";
import {
  encodeJson,
  programJson,
} from "../../../../src/transport/grpc/json/mod.ts";
import { dataSet, render, sourcesOf } from "../../../request/support.ts";

/*
 * A message whose JSON has fields is, byte for byte, what protobufjs makes of
 * the same message with their values.
 */

const PROTO = `
syntax = "proto3";
package t;
enum Color { NONE = 0; RED = 1; BLUE = -5; }
message Inner { string a = 1; sint64 b = 2; Inner deep = 3; }
message M {
  string text = 1;
  int32 i32 = 2;
  int64 i64 = 3;
  uint32 u32 = 4;
  uint64 u64 = 5;
  sint32 s32 = 6;
  sint64 s64 = 7;
  fixed32 f32 = 8;
  fixed64 f64 = 9;
  sfixed32 sf32 = 10;
  sfixed64 sf64 = 11;
  float fl = 12;
  double db = 13;
  bool ok = 14;
  bytes raw = 15;
  Color color = 16;
  Inner inner = 17;
  repeated string list = 18;
  repeated int32 packed = 19;
  map<string, Inner> map = 20;
  repeated Inner inners = 21;
  string fixed = 22;
}`;

const { root } = protobuf.parse(PROTO, { keepCase: true });
root.resolveAll();
const M = root.lookupType("t.M");
const OPTIONS = { expand: (text: string) => text, find: () => undefined };

const big = (bits: number, isSigned: boolean) =>
  fc.oneof(
    fc.constantFrom(0n, 1n, isSigned ? -1n : 2n, 127n, 128n, 300n),
    isSigned
      ? fc.bigInt({
        min: -(2n ** BigInt(bits - 1)),
        max: 2n ** BigInt(bits - 1) - 1n,
      })
      : fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }),
  ).map(String);

const VALUES = {
  text: fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("x".repeat(200))),
  i32: big(32, true),
  i64: big(64, true),
  u32: big(32, false),
  u64: big(64, false),
  s32: big(32, true),
  s64: big(64, true),
  f32: big(32, false),
  f64: big(64, false),
  sf32: big(32, true),
  sf64: big(64, true),
  fl: fc.float({ noNaN: true, noDefaultInfinity: true }).map(plainNumber),
  db: fc.double({ noNaN: true, noDefaultInfinity: true }).map(plainNumber),
  ok: fc.boolean().map(String),
  raw: fc.uint8Array({ maxLength: 200 }).map((bytes) =>
    btoa(String.fromCharCode(...bytes))
  ),
  color: fc.constantFrom("NONE", "RED", "BLUE"),
};

function plainNumber(value: number): string {
  return Object.is(value, -0) ? "0" : String(value);
}

const LongOf = protobuf.util.Long as unknown as {
  fromString(text: string, isUnsigned: boolean): unknown;
};
const WIDE = new Set(["i64", "u64", "s64", "f64", "sf64"]);
const NUMBERS = new Set(["i32", "u32", "s32", "f32", "sf32", "fl", "db"]);

function json(of: (name: string) => string): Json {
  const scalars = Object.keys(VALUES).map((name) => [name, of(name)]);
  const inner = { a: `<${of("text")}>`, b: of("s64") };
  return {
    ...Object.fromEntries(scalars),
    inner: { ...inner, deep: { deep: { a: of("text") } } },
    list: ["plain", of("text"), ""],
    packed: [5, of("i32"), -1],
    map: { k: inner, "": { a: "x" } },
    inners: [{}, inner],
    fixed: "as it is",
  };
}

/** What protobufjs takes for the same message. */
function message(of: (name: string) => string): Record<string, unknown> {
  const typed = (name: string, text: string): unknown => {
    if (WIDE.has(name)) {
      return LongOf.fromString(
        text,
        name.startsWith("u") || name === "f64",
      );
    }
    if (NUMBERS.has(name)) return Number(text);
    if (name === "ok") return text === "true";
    if (name === "raw") {
      return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    }
    if (name === "color") return { NONE: 0, RED: 1, BLUE: -5 }[text];
    return text;
  };
  const all = Object.keys(VALUES).map((name) => [name, typed(name, of(name))]);
  const inner = { a: `<${of("text")}>`, b: typed("s64", of("s64")) };
  return {
    ...Object.fromEntries(all),
    inner: { ...inner, deep: { deep: { a: of("text") } } },
    list: ["plain", of("text"), ""],
    packed: [5, Number(of("i32")), -1],
    map: { k: inner, "": { a: "x" } },
    inners: [{}, inner],
    fixed: "as it is",
  };
}

Deno.test("a message with fields in it is what protobufjs makes of their values", () => {
  fc.assert(
    fc.property(fc.record(VALUES), (row) => {
      const program = programJson(M, json((name) => `{{d.${name}}}`), OPTIONS);
      assert.equal(program.kind, "program");
      if (program.kind !== "program") return;
      const sources = sourcesOf([dataSet("d", [row])]);
      const request = readRequest({
        name: "api",
        protocol: "grpc",
        client: "wire",
        url: "http://localhost",
        method: "POST",
        headers: [],
        body: null,
        timeoutMs: 1000,
      }, {
        expand: (text) => text,
        userAgent: "kar/test",
        grpc: { path: "/t.S/M", messages: [], programs: [program.ops] },
        sources,
      });
      const { body } = render(request);
      const view = new DataView(body.buffer, body.byteOffset);
      assert.equal(view.getUint8(0), 0);
      assert.equal(view.getUint32(1), body.length - 5);
      const of = (name: string) => row[name as keyof typeof row];
      const ours = body.subarray(5);
      const theirs = M.encode(M.create(message(of))).finish();
      assert.deepEqual([...ours], [...theirs]);
    }),
    { numRuns: 500 },
  );
});

Deno.test("programJson() tells what is wrong with a message, fields or not", () => {
  const mistakes = (json: Json) => {
    const made = programJson(M, json, OPTIONS);
    return made.kind === "mistakes"
      ? made.mistakes.map(({ path, message }) =>
        `${path.join(".")}: ${message}`
      )
      : [];
  };
  assert.deepEqual(mistakes({ text: "{{uuid}}" }), []);
  assert.match(
    mistakes({ txt: "{{uuid}}", text: "{{uuid}}" })[0]!,
    /^txt: is not a field/,
  );
  assert.match(
    mistakes({ text: "{{uuid}}", i32: "x" })[0]!,
    /^i32: must be a whole/,
  );
  assert.match(
    mistakes({ inner: "{{uuid}}" })[0]!,
    /^inner: must not have fields/,
  );
  assert.match(mistakes({ list: "{{uuid}}" })[0]!, /^list: must be a list/);
});

Deno.test("a fixed message stays what encodeJson() makes of it", () => {
  const json = { text: "a", inner: { b: "5" } };
  const made = programJson(M, { ...json, fixed: "{{{{" }, OPTIONS);
  assert.equal(made.kind, "program");
  assert.equal(encodeJson(M, json, OPTIONS).kind, "bytes");
});
