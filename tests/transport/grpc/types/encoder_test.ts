/** What encodes a script's messages in a worker, from types that were handed on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { GrpcPlan, GrpcSource, Json } from "../../../../src/plan/mod.ts";
import { openEncoder } from "../../../../src/transport/grpc/types/mod.ts";
import { folder, resolve } from "../resolve/support.ts";

const STEP = { journey: "odd", name: "rate", script: "odd.ts" };
const FILES = {
  "main.proto": `syntax = "proto2"; package t;
    import "part.proto"; import "google/protobuf/struct.proto";
    message In { required int32 id = 1; optional part.Part part = 2;
      repeated int32 loose = 3; optional group Inner = 4 { optional int32 x = 1; }
      optional google.protobuf.Value any = 5; }
    service S { rpc M(In) returns (In); rpc Many(stream In) returns (In); }`,
  "part.proto": `edition = "2023"; package part;
    import "other.proto";
    message Part { int32 zero = 1; other.Other other = 2; }`,
  "other.proto": `syntax = "proto3"; package other;
    enum Color { NONE = 0; RED = 1; }
    message Other { string long_name = 1; repeated int32 tight = 2; Color color = 3;
      map<string, int64> counts = 4; oneof choice { string word = 5; bool flag = 6; }
      optional int32 zero = 7; string called = 8 [json_name = "so"]; }`,
};

/** The encoder of a method, after what a message between threads does to it. */
async function encoderOf(grpc: Partial<GrpcPlan>) {
  const call = await resolve(grpc, { step: STEP });
  const { types, ...rest } = structuredClone(call);
  assert.deepEqual(rest.messages, []);
  return openEncoder({ ...rest, types: types! });
}

async function withTypes(use: (source: GrpcSource) => Promise<void>) {
  await using dir = await folder(FILES);
  const files = [join(dir.path, "main.proto")];
  await use({ kind: "proto", files, paths: [] });
}

const OTHERS: readonly Json[] = [
  {},
  { longName: "ö", tight: [1, 2], color: "RED", counts: { a: "-1", b: 2 } },
  { long_name: "x", color: 1, word: "", zero: 0, so: "y" },
  { flag: false },
];

Deno.test("a script's message is, byte for byte, what the same message of a step is", () =>
  withTypes(async (source) => {
    const encode = await encoderOf({ source, method: "t.S/M" });
    for (const other of OTHERS) {
      const message = {
        ...{ id: 0, part: { zero: 0, other }, loose: [1, 2], inner: { x: 1 } },
        any: { a: [null, 1.5, "x"] },
      };
      const { messages } = await resolve({ source, method: "t.S/M", message });
      assert.deepEqual(encode(JSON.stringify(message)), { messages });
    }
  }));

Deno.test("in a script's message nothing is a field or a variable", () =>
  withTypes(async (source) => {
    const encode = await encoderOf({ source, method: "t.S/Many" });
    const name = "{{uuid}} ${SECRET} {{{{";
    const item = { id: 1, part: { other: { longName: name } } };
    const made = encode(JSON.stringify([item, { id: 2 }]));
    assert.ok("messages" in made);
    assert.equal(made.messages.length, 2);
    assert.ok(new TextDecoder().decode(made.messages[0]).includes(name));
  }));

Deno.test("what is wrong with a script's message is told by its path, without a value", () =>
  withTypes(async (source) => {
    const encode = await encoderOf({ source, method: "t.S/M" });
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    const cases: readonly (readonly [text: string, why: RegExp])[] = [
      ["{}", /^message: must have id$/],
      ['{"id":"hunter2"}', /^message\.id: must be a whole number/],
      ['{"id":1,"hunter2":1}', /^message\.…: is not a field of t\.In/],
      [
        '{"id":1,"part":{"other":{"counts":{"hunter2":"x"}}}}',
        /^message\.part\.other\.counts\.…: must be a whole number/,
      ],
      ['{"id":1,"part":{"other":{"color":"hunter2"}}}', /\.color: must be/],
      ['[{"id":1},{"id":2}]', /^message: must be one message/],
      ["hunter2", /^message: must be JSON that is not nested too deeply$/],
      [`{"id":1,"any":${deep(200_000)}}`, /not nested too deeply$/],
    ];
    for (const [text, why] of cases) {
      const made = encode(text);
      assert.ok("why" in made, text.slice(0, 60));
      assert.match(made.why, why);
      assert.doesNotMatch(made.why, /hunter2/);
    }
  }));
