import assert from "node:assert/strict";
import { join } from "node:path";
import {
  create,
  type DescFile,
  fromBinary,
  fromJson,
  type JsonObject,
  toBinary,
} from "@bufbuild/protobuf";
import {
  file_google_protobuf_timestamp,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import descriptor from "protobufjs/ext/descriptor.js";
import {
  EchoRequestSchema,
  file_kar_v1_echo,
} from "../../../../src/gen/kar/v1/echo_pb.ts";
import { HealthCheckRequestSchema } from "../../../../src/gen/grpc/health/v1/health_pb.ts";
import type { GrpcPlan, GrpcSource, Json } from "../../../../src/plan/mod.ts";
import { resolveGrpc } from "../../../../src/transport/grpc/resolve/mod.ts";
import { rootFromProtoFiles } from "../../../../src/transport/grpc/resolve/proto_files.ts";
import { testTarget } from "../../support.ts";

const ECHO_PROTO = new URL(
  "../../../../proto/kar/v1/echo.proto",
  import.meta.url,
).pathname;
const NO_TLS = { ca: null, cert: null, key: null };

function resolve(grpc: Partial<GrpcPlan>) {
  const target = testTarget({
    url: "http://127.0.0.1:1",
    protocol: "grpc",
    grpc: {
      method: "kar.v1.Echo/Echo",
      messages: [{}],
      source: { kind: "proto", files: [ECHO_PROTO], paths: [] },
      ...grpc,
    },
  });
  const expand = (text: string) => text.replaceAll("${SECRET}", "hunter2");
  return resolveGrpc(target, { expand, tls: NO_TLS });
}

/** A folder that is gone after the test. */
async function folder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(join(path, name, ".."), { recursive: true });
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await Deno.writeFile(join(path, name), bytes);
  }
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

function descriptorSet(...files: DescFile[]): Uint8Array {
  const file = files.map(({ proto }) => proto);
  const set = create(FileDescriptorSetSchema, { file });
  return toBinary(FileDescriptorSetSchema, set);
}

/**
 * A set as many servers in Node have it for reflection: without imports, names
 * in JSON, and leading dots.
 */
async function carelessSet(): Promise<Uint8Array> {
  const root = await rootFromProtoFiles([ECHO_PROTO], []);
  return descriptor.FileDescriptorSet.encode(root.toDescriptor("proto3"))
    .finish();
}

/** A message that has a field of every sort. */
const EVERYTHING = {
  text: "héllo",
  data: "AAEC",
  number: -5,
  bigNumber: "18446744073709551615",
  signed_number: -9,
  ratio: 1.5,
  flag: true,
  note: "",
  color: "COLOR_GREEN",
  point: { x: 1, y: 2, label: "a" },
  points: [{ x: 3 }, {}],
  numbers: [1, 2, 300],
  counts: { a: "5", b: 6 },
  places: { "7": { x: 1 } },
  spot: { y: 4 },
  at: "2024-01-02T03:04:05.678Z",
  reply: { count: 0, delayMs: 3, status: 5, statusMessage: "m" },
} satisfies Json & JsonObject;

Deno.test("resolveGrpc() asks for the health of a server when no method is named", async () => {
  const call = await resolve({
    method: null,
    messages: [{ service: "a" }],
    source: { kind: "reflection" },
  });
  assert.equal(call.path, "/grpc.health.v1.Health/Check");
  assert.equal(call.kind, "unary");
  const sent = fromBinary(HealthCheckRequestSchema, call.messages[0]!);
  assert.equal(sent.service, "a");
});

Deno.test("resolveGrpc() finds methods of all kinds", async () => {
  const rows: [method: string, kind: string][] = [
    ["Echo", "unary"],
    ["ServerStream", "server_streaming"],
    ["ClientStream", "client_streaming"],
    ["BidiStream", "bidi_streaming"],
  ];
  for (const [method, kind] of rows) {
    const call = await resolve({ method: `kar.v1.Echo/${method}` });
    assert.deepEqual([call.path, call.kind], [`/kar.v1.Echo/${method}`, kind]);
  }
});

Deno.test("resolveGrpc() encodes as the reference implementation does, from files and from sets", async () => {
  await using dir = await folder({
    "all.binpb": descriptorSet(
      file_google_protobuf_timestamp,
      file_kar_v1_echo,
    ),
    "without_google.binpb": descriptorSet(file_kar_v1_echo),
    "careless.binpb": await carelessSet(),
  });
  const sources: GrpcSource[] = [
    { kind: "proto", files: [ECHO_PROTO], paths: [] },
    { kind: "descriptor_set", file: join(dir.path, "all.binpb") },
    { kind: "descriptor_set", file: join(dir.path, "without_google.binpb") },
    { kind: "descriptor_set", file: join(dir.path, "careless.binpb") },
  ];
  const expected = toBinary(
    EchoRequestSchema,
    fromJson(EchoRequestSchema, EVERYTHING),
  );
  for (const source of sources) {
    const call = await resolve({ source, messages: [EVERYTHING] });
    assert.deepEqual(Uint8Array.from(call.messages[0]!), expected);
  }
});

Deno.test("resolveGrpc() encodes every message of a stream, in order", async () => {
  const messages = [{ number: 1 }, {}, { number: 3 }];
  const call = await resolve({ method: "kar.v1.Echo/ClientStream", messages });
  const sent = call.messages.map((bytes) =>
    fromBinary(EchoRequestSchema, bytes).number
  );
  assert.deepEqual(sent, [1, 0, 3]);
});

Deno.test("resolveGrpc() replaces variables in messages", async () => {
  const messages = [{ text: "a-${SECRET}", points: [{ label: "${SECRET}" }] }];
  const call = await resolve({ messages });
  const sent = fromBinary(EchoRequestSchema, call.messages[0]!);
  assert.equal(sent.text, "a-hunter2");
  assert.equal(sent.points[0]!.label, "hunter2");
});

Deno.test("resolveGrpc() reads imports, proto2, options of one's own and editions", async () => {
  await using dir = await folder({
    "main.proto": `syntax = "proto2"; package t;
      import "parts/part.proto"; import "google/protobuf/descriptor.proto";
      import weak "parts/other.proto";
      extend google.protobuf.MethodOptions { optional string role = 50001; }
      message In { required int32 id = 1; optional part.Part part = 2;
        repeated int32 loose = 3; optional group Inner = 4 { optional int32 x = 1; } }
      service S { rpc M(In) returns (In) { option (role) = "x"; } }`,
    "lib/parts/part.proto": `edition = "2023"; package part;
      import "other.proto";
      message Part { int32 zero = 1; other.Other other = 2; }`,
    "lib/parts/other.proto": `syntax = "proto3"; package other;
      message Other { string name = 1; repeated int32 tight = 2; }`,
  });
  const source: GrpcSource = {
    kind: "proto",
    files: [join(dir.path, "main.proto")],
    paths: [join(dir.path, "lib")],
  };
  const call = await resolve({
    source,
    method: "t.S/M",
    messages: [{
      id: 0,
      part: { zero: 0, other: { name: "", tight: [1, 2] } },
      loose: [1, 2],
      inner: { x: 1 },
    }],
  });
  assert.deepEqual(
    [...call.messages[0]!],
    // id: 0 · part: { zero: 0 is said, name "" is not, tight packed } · loose unpacked · group
    [8, 0, 18, 8, 8, 0, 18, 4, 18, 2, 1, 2, 24, 1, 24, 2, 35, 8, 1, 36],
  );
  await assert.rejects(
    resolve({ source, method: "t.S/M" }),
    /grpc\.message: \.t\.In\.id: required, but not given$/,
  );
});

Deno.test("resolveGrpc() names the place of what does not fit", async () => {
  await using dir = await folder({
    "bad.proto": `syntax = "proto3";\nmessage M {\n  int32 id = ;\n}`,
    "missing.proto": `syntax = "proto3"; import "nowhere.proto";`,
    "unknown.proto":
      `syntax = "proto3"; message A { Nope b = 1; } service S { rpc M(A) returns (A); }`,
    "junk.binpb": Uint8Array.of(255, 1, 2, 3),
    "empty.binpb": "",
  });
  const proto = (...files: string[]): GrpcSource => ({
    kind: "proto",
    files: files.map((file) => join(dir.path, file)),
    paths: [],
  });
  const set = (file: string): GrpcSource => ({
    kind: "descriptor_set",
    file: join(dir.path, file),
  });
  const rows: [grpc: Partial<GrpcPlan>, message: RegExp][] = [
    [{ method: "nonsense" }, /^target test: grpc\.method: must be package/],
    [
      { method: "kar.v1.Echo/Nope" },
      /grpc\.method: kar\.v1\.Echo has no method Nope, but Echo, ServerStream/,
    ],
    [
      { method: "kar.v1.Nope/Echo" },
      /grpc\.method: no service kar\.v1\.Nope; there is kar\.v1\.Echo$/,
    ],
    [{ messages: [{ nope: 1 }] }, /grpc\.message: .*unknown field: "nope"/],
    [{ messages: [{ number: "x" }] }, /grpc\.message: .*number: invalid/],
    [{ messages: [{ color: "COLOR_X" }] }, /grpc\.message: .*color: unknown/],
    [{ messages: [[1]] }, /grpc\.message: .*expected object/],
    [{ messages: [{}, {}] }, /grpc\.message: .*takes one message, here are 2/],
    [
      { method: "kar.v1.Echo/BidiStream", messages: [{}, { at: "then" }] },
      /grpc\.message\[1\]: .*invalid timestamp/,
    ],
    [{ source: proto("bad.proto") }, /grpc\.proto: .*bad\.proto, line 3/],
    [
      { source: proto("missing.proto") },
      /grpc\.proto: no file nowhere\.proto; looked in /,
    ],
    [{ source: proto("gone.proto") }, /grpc\.proto: no file .*gone\.proto/],
    [{ source: proto("unknown.proto") }, /grpc\.proto: no such .*Nope/],
    [{ source: set("gone.binpb") }, /grpc\.descriptor_set: .*gone\.binpb/],
    [{ source: set("junk.binpb") }, /grpc\.descriptor_set: .*junk\.binpb/],
    [{ source: set("empty.binpb") }, /grpc\.method: .*there is none$/],
  ];
  for (const [grpc, message] of rows) {
    await assert.rejects(
      resolve(grpc),
      { name: "KarError", exit: "config", message },
      `${message}`,
    );
  }
});

Deno.test("resolveGrpc() never shows what a variable stands for", async () => {
  const error = await resolve({ messages: [{ number: "${SECRET}" }] })
    .catch((error: Error) => error);
  assert.ok(error instanceof Error);
  assert.match(error.message, /number: invalid integer$/);
  assert.doesNotMatch(error.message, /hunter2/);
});
