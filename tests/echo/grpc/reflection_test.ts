import assert from "node:assert/strict";
import {
  create,
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
} from "@bufbuild/protobuf";
import {
  FieldOptionsSchema,
  file_google_protobuf_descriptor,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ask,
  Catalog,
  type MessageRequest,
  type MessageResponse,
} from "../../../src/echo/grpc/mod.ts";
import { Health } from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { Echo, EchoRequestSchema } from "../../../src/gen/kar/v1/echo_pb.ts";

const ECHO_FILE = "kar/v1/echo.proto";
const TIMESTAMP_FILE = "google/protobuf/timestamp.proto";
const CATALOG = new Catalog([Echo, Health]);

function once(question: MessageRequest, catalog = CATALOG): MessageResponse {
  return ask(catalog, question, new Set());
}

function filesOf(answer: MessageResponse): FileDescriptorProto[] {
  assert.equal(answer.case, "fileDescriptorResponse", JSON.stringify(answer));
  return answer.value.fileDescriptorProto.map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, bytes)
  );
}

function namesOf(answer: MessageResponse): string[] {
  return filesOf(answer).map(({ name }) => name);
}

Deno.test("ask() lists the services in full", () => {
  assert.deepEqual(once({ case: "listServices", value: "*" }), {
    case: "listServicesResponse",
    value: {
      service: [{ name: "kar.v1.Echo" }, { name: "grpc.health.v1.Health" }],
    },
  });
});

Deno.test("ask() finds a file by name and tells what it imports after it", () => {
  const echo = once({ case: "fileByFilename", value: ECHO_FILE });
  assert.deepEqual(namesOf(echo), [ECHO_FILE, TIMESTAMP_FILE]);
  const imported = once({ case: "fileByFilename", value: TIMESTAMP_FILE });
  assert.deepEqual(namesOf(imported), [TIMESTAMP_FILE]);
});

Deno.test("ask() finds the file of every sort of symbol", () => {
  const symbols = [
    "kar.v1.Echo",
    "kar.v1.Echo.BidiStream",
    "kar.v1.EchoRequest",
    "kar.v1.EchoRequest.big_number",
    "kar.v1.EchoRequest.choice",
    "kar.v1.EchoRequest.Point",
    "kar.v1.EchoRequest.Point.x",
    "kar.v1.Color",
    "kar.v1.COLOR_RED",
  ];
  for (const value of symbols) {
    const answer = once({ case: "fileContainingSymbol", value });
    assert.equal(namesOf(answer)[0], ECHO_FILE, value);
  }
  const imported = "google.protobuf.Timestamp";
  const answer = once({ case: "fileContainingSymbol", value: imported });
  assert.deepEqual(namesOf(answer), [TIMESTAMP_FILE]);
});

Deno.test("ask() tells a file once in a stream, unless it is asked for by name", () => {
  const known = new Set<string>();
  const question = { case: "fileByFilename", value: ECHO_FILE } as const;
  assert.equal(namesOf(ask(CATALOG, question, known)).length, 2);
  assert.deepEqual(namesOf(ask(CATALOG, question, known)), [ECHO_FILE]);
});

Deno.test("ask() answers NOT_FOUND for what is not there", () => {
  const questions: MessageRequest[] = [
    { case: "fileByFilename", value: "nope.proto" },
    { case: "fileByFilename", value: "" },
    { case: "fileContainingSymbol", value: "kar.v1.Nope" },
    { case: "fileContainingSymbol", value: ".kar.v1.Echo" },
    { case: "fileContainingSymbol", value: "kar.v1" },
    { case: "allExtensionNumbersOfType", value: "kar.v1.Nope" },
    { case: "allExtensionNumbersOfType", value: "kar.v1.Echo" },
    {
      case: "fileContainingExtension",
      value: { containingType: "kar.v1.EchoRequest", extensionNumber: 1 },
    },
  ];
  for (const question of questions) {
    const answer = once(question);
    assert.equal(answer.case, "errorResponse", JSON.stringify(question));
    assert.equal(answer.value.errorCode, Code.NotFound);
    assert.match(answer.value.errorMessage, /not found$/);
  }
});

Deno.test("ask() ends the call where nothing was asked", () => {
  assert.throws(() => once({ case: undefined }), (error) => {
    return error instanceof ConnectError && error.code === Code.InvalidArgument;
  });
});

Deno.test("ask() knows a message without extensions", () => {
  const value = "kar.v1.EchoRequest";
  assert.deepEqual(once({ case: "allExtensionNumbersOfType", value }), {
    case: "allExtensionNumbersResponse",
    value: { baseTypeName: value, extensionNumber: [] },
  });
});

Deno.test("ask() finds extensions by number", () => {
  const extendee = FieldOptionsSchema.typeName;
  const registry = createFileRegistry(
    create(FileDescriptorProtoSchema, {
      name: "ext.proto",
      package: "test",
      syntax: "proto2",
      dependency: ["google/protobuf/descriptor.proto"],
      service: [{ name: "Svc" }],
      extension: [{
        name: "secret",
        number: 50001,
        type: 8,
        label: 1,
        extendee: `.${extendee}`,
      }],
    }),
    () => file_google_protobuf_descriptor,
  );
  const catalog = new Catalog([registry.getService("test.Svc")!]);
  const known = { containingType: extendee, extensionNumber: 50001 };
  const found = once(
    { case: "fileContainingExtension", value: known },
    catalog,
  );
  assert.equal(namesOf(found)[0], "ext.proto");
  const unknown = { containingType: extendee, extensionNumber: 7 };
  const missing = once(
    { case: "fileContainingExtension", value: unknown },
    catalog,
  );
  assert.equal(missing.case, "errorResponse");
  const numbers = once(
    { case: "allExtensionNumbersOfType", value: extendee },
    catalog,
  );
  assert.deepEqual(numbers.value, {
    baseTypeName: extendee,
    extensionNumber: [50001],
  });
  const symbol = once(
    { case: "fileContainingSymbol", value: "test.secret" },
    catalog,
  );
  assert.equal(namesOf(symbol)[0], "ext.proto");
});

Deno.test("ask() tells enough to build the message that the generated code builds", () => {
  const question = {
    case: "fileContainingSymbol",
    value: "kar.v1.Echo",
  } as const;
  // A registry wants a file after its imports; they are told the other way.
  const file = filesOf(once(question)).reverse();
  const registry = createFileRegistry(
    create(FileDescriptorSetSchema, { file }),
  );
  const { input } = registry.getService("kar.v1.Echo")!.method.echo!;
  const json = {
    text: "x",
    bigNumber: "9007199254740993",
    note: "",
    color: "COLOR_GREEN",
    points: [{ x: 1, label: "a" }],
    counts: { k: "-1" },
    word: "w",
    at: "2026-01-02T03:04:05.678Z",
  };
  assert.deepEqual(
    toBinary(input, fromJson(input, json)),
    toBinary(EchoRequestSchema, fromJson(EchoRequestSchema, json)),
  );
});
