import * as z from "zod";
import { type Finding, ruleOn, text } from "../fields.ts";

const METHOD_REGEXP = /^[A-Za-z_][A-Za-z0-9_.]*\/[A-Za-z_][A-Za-z0-9_]*$/;
const FILES_MAX = 64;

const method = z.string()
  .regex(METHOD_REGEXP, "must be like package.Service/Method");

const GrpcObject = z.strictObject({
  method: method.optional()
    .meta({
      description:
        "What to call, as package.Service/Method; without it, grpc.health.v1.Health/Check",
    }),
  message: z.unknown().optional().meta({
    description:
      "The message in protobuf's JSON, mostly a mapping of its fields; a list for a call that streams several; without it, the empty message",
  }),
  proto: files("Files (.proto) that describe the method"),
  proto_path: files(
    "Folders in which imports of the .proto files are looked up",
  ),
  descriptor_set: text(4096).optional().meta({
    description:
      "A file that describes the method, written by protoc --descriptor_set_out",
  }),
  reflection: z.boolean().optional().meta({
    description:
      "Ask the server to describe the method; the default where neither proto nor descriptor_set is given",
  }),
});

function files(description: string) {
  return z.array(text(4096)).min(1).max(FILES_MAX).optional()
    .meta({ description });
}

type GrpcInput = Omit<z.output<typeof GrpcObject>, "message">;

/** The call of a gRPC target. */
export const GrpcSchema = GrpcObject.check(
  ruleOn(["method", "proto", "descriptor_set", "reflection"], oneSource),
  ruleOn(["proto", "proto_path"], protoPath),
)
  .meta({
    description: "What a gRPC target is asked; only with protocol grpc",
  });

/** A call of a script, which says its messages itself. */
export const ScriptCallSchema = GrpcObject.omit({ message: true }).extend({
  method: method.meta({
    description: "What to call, as package.Service/Method",
  }),
}).check(
  ruleOn(["method", "proto", "descriptor_set", "reflection"], oneSource),
  ruleOn(["proto", "proto_path"], protoPath),
).meta({ description: "What a step of a script calls" });

function oneSource(grpc: GrpcInput): Finding[] {
  const given = [
    grpc.proto !== undefined,
    grpc.descriptor_set !== undefined,
    grpc.reflection === true,
  ].filter(Boolean).length;
  const message = "must have one of proto, descriptor_set and reflection";
  const isMissing = given === 0 && grpc.reflection === false &&
    grpc.method !== undefined;
  return given > 1 || isMissing ? [{ path: [], message }] : [];
}

function protoPath(grpc: GrpcInput): Finding[] {
  return grpc.proto_path !== undefined && grpc.proto === undefined
    ? [{ path: ["proto_path"], message: "must go with proto" }]
    : [];
}
