import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import type { DescMethod } from "@bufbuild/protobuf";
import {
  type Empty,
  EmptySchema,
  file_google_protobuf_empty,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { assert } from "../../base/mod.ts";
import type { ResolvedGrpcCall } from "../resolved.ts";

/*
 * Connect sends messages of known types only. `google.protobuf.Empty` is a
 * known type without fields, and Protobuf keeps fields that it does not know:
 * read as an Empty, any message is nothing but unknown fields, and is written
 * again as the bytes that it was.
 */

/** How messages are read and written: unknown fields are sent, and dropped when they arrive. */
export const PASSTHROUGH = {
  readUnknownFields: false,
  writeUnknownFields: true,
} as const;

/** A method of a call's name and kind whose messages are all `Empty`. */
export function methodOf({ path, kind }: ResolvedGrpcCall): DescMethod {
  const [, service = "", name = ""] = path.split("/");
  const dot = service.lastIndexOf(".");
  const type = ".google.protobuf.Empty";
  const file = create(FileDescriptorProtoSchema, {
    name: "kar/passthrough.proto",
    syntax: "proto3",
    package: service.slice(0, Math.max(0, dot)),
    dependency: [file_google_protobuf_empty.proto.name],
    service: [{
      name: service.slice(dot + 1),
      method: [{
        name,
        inputType: type,
        outputType: type,
        clientStreaming: kind === "client_streaming" ||
          kind === "bidi_streaming",
        serverStreaming: kind === "server_streaming" ||
          kind === "bidi_streaming",
      }],
    }],
  });
  const registry = createFileRegistry(file, () => file_google_protobuf_empty);
  const method = registry.getService(service)?.methods[0];
  assert(method !== undefined, `a gRPC path is /service/method, not ${path}`);
  return method;
}

/** Encoded messages as Connect takes them. */
export function messagesOf(messages: readonly Uint8Array[]): Empty[] {
  return messages.map((bytes) => fromBinary(EmptySchema, bytes));
}
