import assert from "node:assert/strict";
import { join } from "node:path";
import type { GrpcPlan, GrpcSource } from "../../../../src/plan/mod.ts";
import { ECHO_PROTO, folder, resolve } from "./support.ts";

type Row = [grpc: Partial<GrpcPlan>, message: RegExp];

async function assertRefused(rows: readonly Row[]): Promise<void> {
  for (const [grpc, message] of rows) {
    const error = await resolve(grpc).catch((error) => error);
    assert.equal(error.exit, "config", `${error}`);
    assert.match(error.message, message);
  }
}

const CALLS: readonly Row[] = [
  [
    { method: "nonsense" },
    /^target test: grpc\.method: must be like package/,
  ],
  [
    { method: "kar.v1.Echo/Nope" },
    /grpc\.method: kar\.v1\.Echo has no method Nope; there is Echo, ServerStream/,
  ],
  [
    { method: "kar.v1.Nope/Echo" },
    /grpc\.method: there is no service kar\.v1\.Nope; there is kar\.v1\.Echo$/,
  ],
  [
    { message: { nope: 1 } },
    /grpc\.message\.nope: is not a field of kar\.v1\.EchoRequest, did you mean note\?/,
  ],
  [{ message: { number: "x" } }, /grpc\.message\.number: must be a whole/],
  [{ message: { color: "X" } }, /grpc\.message\.color: must be a value of/],
  [{ message: [[1]] }, /grpc\.message\.0: must be a mapping .*, got a list/],
  [{ message: "hello" }, /grpc\.message: must be a mapping .*, got "hello"/],
  [{ message: [] }, /grpc\.message: must be one message.*got a list of 0/],
  [{ message: [{}, {}] }, /grpc\.message: must be one.*got a list of 2/],
  [
    { method: "kar.v1.Echo/BidiStream", message: [{}, { at: "then" }] },
    /grpc\.message\.1\.at: must be an instant such as/,
  ],
  [
    { method: "kar.v1.Echo/ClientStream", message: [] },
    /grpc\.message: must have from 1 to 1000 messages, got 0/,
  ],
  [
    { method: "kar.v1.echo/Echo" },
    /grpc\.method: there is no service kar\.v1\.echo/,
  ],
  [
    { method: "Echo/Echo" },
    /grpc\.method: there is no service Echo, did you mean kar\.v1\.Echo\?/,
  ],
];

Deno.test("resolveGrpc() names the place of a method or a message that does not fit", async () => {
  await assertRefused(CALLS);
});

const FILES = {
  "bad.proto": `syntax = "proto3";\nmessage M {\n  int32 id = ;\n}`,
  "missing.proto": `syntax = "proto3"; import "nowhere.proto";`,
  "unknown.proto":
    `syntax = "proto3"; message A { Nope b = 1; } service S { rpc M(A) returns (A); }`,
  "twice.proto": `syntax = "proto3"; package t; message A {} message A {}`,
  "comment.proto": `syntax = "proto3"; /* never ends`,
  "junk.binpb": Uint8Array.of(255, 1, 2, 3),
  "empty.binpb": "",
};

function sourceRows(path: string): Row[] {
  const proto = (...files: string[]): GrpcSource => ({
    kind: "proto",
    files: files.map((file) => join(path, file)),
    paths: [],
  });
  const set = (file: string): GrpcSource => ({
    kind: "descriptor_set",
    file: join(path, file),
  });
  return [
    [
      { source: proto("bad.proto") },
      /grpc\.proto\.0: .*bad\.proto, line 3: ";" /,
    ],
    [
      { source: proto("twice.proto") },
      /grpc\.proto\.0: .*twice\.proto: "A" is there twice in t$/,
    ],
    [
      { source: proto("comment.proto") },
      /grpc\.proto\.0: .*comment\.proto, line 1: a comment has no end$/,
    ],
    [
      { source: { kind: "proto", files: [path], paths: [] } },
      /grpc\.proto\.0: .* is a folder, must be a file$/,
    ],
    [
      { source: { kind: "proto", files: [ECHO_PROTO], paths: ["/nowhere"] } },
      /grpc\.proto_path\.0: the folder \/nowhere does not exist/,
    ],
    [
      { source: proto("missing.proto") },
      /grpc\.proto\.0: imports nowhere\.proto, which is not there; looked in /,
    ],
    [
      { source: proto("gone.proto", "missing.proto") },
      /grpc\.proto\.0: the file .*gone\.proto.*\n.*grpc\.proto\.1: imports nowhere/,
    ],
    [
      { source: proto("unknown.proto") },
      /grpc\.proto: "Nope" is described nowhere; A needs it$/,
    ],
    [{ source: set("gone.binpb") }, /grpc\.descriptor_set: .*gone\.binpb/],
    [{ source: set("junk.binpb") }, /grpc\.descriptor_set: .*junk\.binpb/],
    [{ source: set("empty.binpb") }, /grpc\.method: .*there is none$/],
  ];
}

Deno.test("resolveGrpc() names the file and the line that cannot be read, in its own words", async () => {
  await using dir = await folder(FILES);
  await assertRefused(sourceRows(dir.path));
});

Deno.test("resolveGrpc() never shows what a variable stands for", async () => {
  const error = await resolve({ message: { number: "${SECRET}" } })
    .catch((error: Error) => error);
  assert.ok(error instanceof Error);
  assert.match(error.message, /number: must be .*, got "\$\{SECRET\}"$/);
  assert.doesNotMatch(error.message, /hunter2/);
});

Deno.test("resolveGrpc() reads no more of files than their bounds", async () => {
  const crowd = "message M { }\n".repeat(60_000);
  const file = new Uint8Array(6 * 60_000);
  // descriptor.proto: each is a message of two letters.
  for (let at = 0; at < file.length; at += 6) {
    file.set([0x22, 4, 0x0a, 2, 77, 77], at);
  }
  const length = [file.length % 128 + 128, (file.length >> 7) % 128 + 128]
    .concat(file.length >> 14);
  const set = new Uint8Array([0x0a, ...length, ...file]);
  await using dir = await folder({
    "crowd.proto": `syntax = "proto3";\n${crowd}`,
    "crowd.binpb": set,
    "deep.proto": `syntax = "proto3";\n${"message A {".repeat(20_000)}`,
    "imports.proto": `syntax = "proto3";\n${
      Array.from({ length: 2_000 }, (_, i) => `import "${i}.proto";`).join("\n")
    }`,
  });
  const source = (name: string): GrpcSource =>
    name.startsWith("/dev")
      ? { kind: "descriptor_set", file: name }
      : name.endsWith(".binpb")
      ? { kind: "descriptor_set", file: join(dir.path, name) }
      : { kind: "proto", files: [join(dir.path, name)], paths: [] };
  await assertRefused([
    [
      { source: source("crowd.proto") },
      /crowd\.proto: it describes too much: /,
    ],
    [
      { source: source("crowd.binpb") },
      /crowd\.binpb describes too much: over 50000 messages, fields/,
    ],
    [
      { source: source("deep.proto") },
      /deep\.proto.* it is nested too deeply$/,
    ],
    [{ source: source("imports.proto") }, /over 1000 files are imported/],
    [
      { source: source("/dev/zero") },
      /descriptor_set: \/dev\/zero is larger than 16 MiB$/,
    ],
    [
      { source: { kind: "proto", files: ["/dev/zero"], paths: [] } },
      /grpc\.proto\.0: \/dev\/zero is larger than 8 MiB$/,
    ],
  ]);
});
