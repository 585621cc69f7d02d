/** Servers that answer questions of reflection with more than anybody can take. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { ServerHttp2Stream } from "node:http2";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ServerReflectionResponseSchema } from "../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import { resolveGrpc } from "../../src/transport/grpc/resolve/mod.ts";
import { GrpcServer } from "../transport/law_grpc_server.ts";
import { testTarget } from "../transport/support.ts";

const MEBIBYTE = 2 ** 20;
/** What a question may cost in memory, other tests of this process included; what some of these answers would cost is a gigabyte. */
const GROWTH_BYTES_MAX = 256 * MEBIBYTE;

type Answers = (stream: ServerHttp2Stream) => void;

function begin(stream: ServerHttp2Stream, encoding?: string): void {
  stream.respond({
    ":status": 200,
    "content-type": "application/grpc",
    ...(encoding && { "grpc-encoding": encoding }),
  }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
}

function framed(message: Uint8Array, flag = 0): Uint8Array {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** One message, and success. */
function whole(message: Uint8Array): Answers {
  return (stream) => {
    begin(stream);
    stream.end(framed(message));
  };
}

/** Sends for as long as somebody takes it. */
function pour(stream: ServerHttp2Stream, piece: Uint8Array): void {
  const go = () => {
    while (!stream.destroyed && stream.write(piece));
    if (!stream.destroyed) stream.once("drain", go);
  };
  go();
}

function files(...fileDescriptorProto: Uint8Array[]): Uint8Array {
  return toBinary(
    ServerReflectionResponseSchema,
    create(ServerReflectionResponseSchema, {
      messageResponse: {
        case: "fileDescriptorResponse",
        value: { fileDescriptorProto },
      },
    }),
  );
}

function error(errorMessage: string): Uint8Array {
  return toBinary(
    ServerReflectionResponseSchema,
    create(ServerReflectionResponseSchema, {
      messageResponse: {
        case: "errorResponse",
        value: { errorCode: 5, errorMessage },
      },
    }),
  );
}

/** A hundred files, each with an import of another one, and the last of a hundred more. */
function chain(): Answers {
  let number = 0;
  const next = () =>
    toBinary(
      FileDescriptorProtoSchema,
      create(FileDescriptorProtoSchema, {
        name: `${number++}.proto`,
        dependency: [`${number}.proto`],
      }),
    );
  return (stream) => whole(files(...Array.from({ length: 100 }, next)))(stream);
}

function crowd(count: number): Uint8Array {
  return toBinary(
    FileDescriptorProtoSchema,
    create(FileDescriptorProtoSchema, {
      name: "crowd.proto",
      messageType: Array.from({ length: count }, (_, i) => ({ name: `M${i}` })),
    }),
  );
}

/** Two bytes each, as many as fit: nothing, in a list. */
function emptyEntries(field: number): Uint8Array {
  const bytes = new Uint8Array(4 * MEBIBYTE - 100);
  for (let i = 0; i < bytes.length; i += 2) bytes[i] = 8 * field + 2;
  return bytes;
}

function lengthOf(bytes: Uint8Array): number[] {
  const { length } = bytes;
  return [
    length % 128 + 128,
    (length >> 7) % 128 + 128,
    (length >> 14) % 128 + 128,
    length >> 21,
  ];
}

/** An answer's part of a field's number. */
function part(field: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(8 * field + 2, ...lengthOf(bytes)),
    bytes,
  ]);
}

const HOSTILE: readonly (readonly [
  what: string,
  answers: () => Answers,
  told: RegExp,
])[] = [
  [
    "announces 4 GiB",
    () => (stream) => {
      begin(stream);
      stream.write(Uint8Array.of(0, 0xff, 0xff, 0xff, 0xf0));
      pour(stream, new Uint8Array(65_536));
    },
    /an answer is larger than 4 MiB, which kar takes/,
  ],
  [
    "compresses 256 MiB",
    () => (stream) => {
      begin(stream, "gzip");
      stream.end(framed(gzipSync(new Uint8Array(256 * MEBIBYTE)), 1));
    },
    /an answer is larger than 4 MiB, which kar takes/,
  ],
  [
    "answers without an end",
    () => (stream) => {
      begin(stream);
      pour(stream, framed(error("again")));
    },
    /answers one question over 16 times/,
  ],
  [
    "has two million files of nothing",
    () => whole(part(4, emptyEntries(1))),
    /over 1000 files|did not describe it|is described nowhere|no service/,
  ],
  [
    "has two million fields that nobody knows",
    () => whole(emptyEntries(9)),
    /the server did not describe it/,
  ],
  [
    "imports without an end",
    chain,
    /describes itself in over 1000 files/,
  ],
  [
    "describes a crowd",
    () => whole(files(crowd(200_000))),
    /describes too much: over 50000 messages, fields, values and options/,
  ],
  [
    "says no at length",
    () => whole(error("no! ".repeat(500_000))),
    /: (?:no! )+no!…; /,
  ],
  [
    "describes itself by nonsense",
    () => whole(files(Uint8Array.of(255, 255, 1))),
    /its description cannot be read; give grpc\.proto/,
  ],
];

for (const [what, answers, told] of HOSTILE) {
  Deno.test({
    name:
      `resolveGrpc() refuses a server that ${what}, in words, and at no cost`,
    fn: async () => {
      const answer = answers();
      await using server = await GrpcServer.start((stream) => {
        stream.resume();
        answer(stream);
      });
      const target = testTarget({
        url: server.url,
        protocol: "grpc",
        grpc: { method: "a.B/C", source: { kind: "reflection" } },
      });
      const before = Deno.memoryUsage().rss;
      const failed = await resolveGrpc(target, {
        expand: (text) => text,
        tls: { ca: null, cert: null, key: null },
      }).catch((error) => error);
      assert.match(failed.message, told);
      assert.ok(failed.message.length < 700, failed.message);
      assert.equal(failed.exit, "config");
      const growth = Deno.memoryUsage().rss - before;
      assert.ok(growth < GROWTH_BYTES_MAX, `${growth / MEBIBYTE} MiB`);
    },
  });
}
