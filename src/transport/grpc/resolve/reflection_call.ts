import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescMethodBiDiStreaming,
  type Message,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { assert } from "../../../base/mod.ts";
import { fieldsIn } from "../types/mod.ts";

/*
 * Server reflection, as far as kar uses it. The contents of an answer stay
 * bytes: as objects, a hostile answer of four mebibytes would be two million of
 * them; as bytes it is one.
 *
 *   message ServerReflectionRequest {
 *     oneof message_request {
 *       string file_by_filename = 3;
 *       string file_containing_symbol = 4;
 *       string list_services = 7;
 *     }
 *   }
 *   message ServerReflectionResponse {
 *     oneof message_response {
 *       FileDescriptorResponse file_descriptor_response = 4;  // repeated bytes = 1
 *       ListServiceResponse list_services_response = 6;  // repeated { string name = 1 } = 1
 *       ErrorResponse error_response = 7;  // string error_message = 2
 *     }
 *   }
 */

/** What is asked: a file by what it describes or by its name, or all services. */
export type ReflectionQuery =
  | { readonly kind: "symbol"; readonly value: string }
  | { readonly kind: "file"; readonly value: string }
  | { readonly kind: "services" };

/** What the server says. */
export type ReflectionResult =
  /** Files as descriptors, still encoded. */
  | { readonly kind: "files"; readonly files: readonly Uint8Array[] }
  | { readonly kind: "services"; readonly names: readonly string[] }
  | { readonly kind: "error"; readonly message: string };

/** Files of one answer that are looked at, and names. */
const ENTRIES_MAX = 1_000;
const FILE = 3;
const SYMBOL = 4;
const FILES = 4;
const SERVICES = 6;
const ERROR = 7;

/** Versions of reflection by the package that each lives in. */
export type ReflectionPackage =
  | "grpc.reflection.v1"
  | "grpc.reflection.v1alpha";

/** The method of reflection with messages that hold texts and bytes only. */
export function reflectionMethod(
  packageName: ReflectionPackage,
): DescMethodBiDiStreaming {
  const text = FieldDescriptorProto_Type.STRING;
  const bytes = FieldDescriptorProto_Type.BYTES;
  const file = create(FileDescriptorProtoSchema, {
    name: "kar/reflection.proto",
    syntax: "proto3",
    package: packageName,
    messageType: [
      {
        name: "Request",
        field: [field(FILE, text), field(SYMBOL, text), field(ERROR, text)],
      },
      {
        name: "Response",
        field: [
          field(FILES, bytes),
          field(SERVICES, bytes),
          field(ERROR, bytes),
        ],
      },
    ],
    service: [{
      name: "ServerReflection",
      method: [{
        name: "ServerReflectionInfo",
        inputType: `.${packageName}.Request`,
        outputType: `.${packageName}.Response`,
        clientStreaming: true,
        serverStreaming: true,
      }],
    }],
  });
  const method = createFileRegistry(file, () => undefined)
    .getService(`${packageName}.ServerReflection`)?.methods[0];
  assert(
    method?.methodKind === "bidi_streaming",
    "reflection streams both ways",
  );
  return method as DescMethodBiDiStreaming;
}

function field(number: number, type: FieldDescriptorProto_Type) {
  const label = FieldDescriptorProto_Label.OPTIONAL;
  return { name: `f${number}`, number, type, label };
}

/** A question as the method takes it. */
export function requestOf(
  type: DescMessage,
  question: ReflectionQuery,
): Message {
  switch (question.kind) {
    case "file":
      return create(type, { [`f${FILE}`]: question.value });
    case "symbol":
      return create(type, { [`f${SYMBOL}`]: question.value });
    case "services":
      // The value does not matter, but there has to be one.
      return create(type, { f7: "*" });
  }
}

/**
 * What the server's message says.
 *
 * @throws {Error} where the bytes inside are not a message
 */
export function answerOf(message: Message): ReflectionResult {
  const said = message as unknown as Readonly<Record<string, Uint8Array>>;
  const [files, services, error] = [said.f4, said.f6, said.f7];
  if (files !== undefined && files.length > 0) {
    return { kind: "files", files: entriesOf(files, 1) };
  }
  if (services !== undefined && services.length > 0) {
    const names = entriesOf(services, 1).flatMap((entry) =>
      entriesOf(entry, 1).slice(0, 1)
    );
    return { kind: "services", names: names.map(textOf) };
  }
  const [text] = entriesOf(error ?? new Uint8Array(0), 2);
  return { kind: "error", message: textOf(text ?? new Uint8Array(0)) };
}

function entriesOf(bytes: Uint8Array, number: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (const field of fieldsIn(bytes)) {
    if (field.number === number) entries.push(field.bytes);
    if (entries.length >= ENTRIES_MAX) break;
  }
  return entries;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
