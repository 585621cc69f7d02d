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
import type { GrpcSource, Json } from "../../../../src/plan/mod.ts";
import { rootFromProtoFiles } from "../../../../src/transport/grpc/resolve/proto_files.ts";
import { ECHO_PROTO, folder, resolve } from "./support.ts";

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
  const root = await protoRoot(ECHO_PROTO);
  return descriptor.FileDescriptorSet.encode(root.toDescriptor("proto3"))
    .finish();
}

async function protoRoot(path: string) {
  const read = await rootFromProtoFiles([{ shown: path, path }], []);
  assert.equal(read.kind, "root");
  return read.kind === "root" ? read.root : assert.fail();
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
    message: { service: "a" },
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
    const call = await resolve({ source, message: EVERYTHING });
    assert.deepEqual(Uint8Array.from(call.messages[0]!), expected);
  }
});

Deno.test("resolveGrpc() encodes every message of a stream, in order", async () => {
  const message = [{ number: 1 }, {}, { number: 3 }];
  const call = await resolve({ method: "kar.v1.Echo/ClientStream", message });
  const sent = call.messages.map((bytes) =>
    fromBinary(EchoRequestSchema, bytes).number
  );
  assert.deepEqual(sent, [1, 0, 3]);
});

Deno.test("resolveGrpc() replaces variables in messages", async () => {
  const message = { text: "a-${SECRET}", points: [{ label: "${SECRET}" }] };
  const call = await resolve({ message });
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
    message: {
      id: 0,
      part: { zero: 0, other: { name: "", tight: [1, 2] } },
      loose: [1, 2],
      inner: { x: 1 },
    },
  });
  assert.deepEqual(
    [...call.messages[0]!],
    // id: 0 · part: { zero: 0 is said, name "" is not, tight packed } · loose unpacked · group
    [8, 0, 18, 8, 8, 0, 18, 4, 18, 2, 1, 2, 24, 1, 24, 2, 35, 8, 1, 36],
  );
  await assert.rejects(
    resolve({ source, method: "t.S/M" }),
    /grpc\.message: must have id$/,
  );
});
