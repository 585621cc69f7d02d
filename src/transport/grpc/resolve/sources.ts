import { Code, ConnectError } from "@connectrpc/connect";
import type protobuf from "protobufjs";
import { excerpt, KarError, messageOf, printable } from "../../../base/mod.ts";
import { file_grpc_health_v1_health } from "../../../gen/grpc/health/v1/health_pb.ts";
import type { TargetPlan } from "../../../plan/mod.ts";
import { urlOf } from "../../http2/mod.ts";
import type { TlsTexts } from "../../resolved.ts";
import {
  decodeSet,
  type DescribedFile,
  generatedFile,
  rootFromFiles,
} from "./descriptors.ts";
import { rootFromProtoFiles } from "./proto_files.ts";
import { describeService, NotDescribed } from "./reflection.ts";

/** What resolving needs from its surroundings. */
export interface ResolveOptions {
  /** Replaces `${NAME}` in a string of the target. */
  readonly expand: (text: string) => string;
  /** PEM texts of the files that the plan's `tls` names. */
  readonly tls: TlsTexts;
}

const OTHER_WAYS = "give grpc.proto or grpc.descriptor_set instead";

/**
 * Reads the types of a target's call from where its plan says that they are.
 *
 * @throws {KarError} with the place of what cannot be read
 */
export async function readTypes(
  target: TargetPlan,
  service: string,
  options: ResolveOptions,
): Promise<protobuf.Root> {
  const { method, source } = target.grpc!;
  if (method === null) {
    return rootFromFiles([generatedFile(file_grpc_health_v1_health)]);
  }
  const { expand } = options;
  switch (source.kind) {
    case "reflection":
      return await reflected(target, service, options);
    case "proto": {
      const files = source.files.map(expand);
      const paths = source.paths.map(expand);
      return await inFiles(
        target,
        "proto",
        () => rootFromProtoFiles(files, paths),
      );
    }
    case "descriptor_set": {
      const file = expand(source.file);
      return await inFiles(target, "descriptor_set", () => rootFromSet(file));
    }
  }
}

async function rootFromSet(file: string): Promise<protobuf.Root> {
  const bytes = await Deno.readFile(file);
  let files: DescribedFile[];
  try {
    files = decodeSet(bytes);
  } catch {
    const how = "protoc --include_imports --descriptor_set_out";
    throw new Error(`${file} is no descriptor set; write one with ${how}`);
  }
  return rootFromFiles(files);
}

async function inFiles(
  target: TargetPlan,
  key: string,
  read: () => Promise<protobuf.Root>,
): Promise<protobuf.Root> {
  try {
    return await read();
  } catch (error) {
    const why = messageOf(error);
    throw new KarError(
      "config",
      `target ${target.name}: grpc.${key}: ${printable(why)}`,
    );
  }
}

async function reflected(
  target: TargetPlan,
  service: string,
  { expand, tls }: ResolveOptions,
): Promise<protobuf.Root> {
  const url = urlOf(target, expand);
  try {
    const files = await describeService({
      url,
      headers: target.headers.map(([name, value]) => [name, expand(value)]),
      tls,
      serverName: target.tls?.serverName ?? null,
      insecure: target.insecure === true,
    }, service);
    return rootFromFiles(files);
  } catch (error) {
    throw reflectionError(target, error);
  }
}

function reflectionError(target: TargetPlan, error: unknown): KarError {
  const place = `target ${target.name}: grpc.reflection`;
  const isRefused = error instanceof ConnectError &&
    error.code === Code.Unimplemented;
  if (isRefused) {
    const why = "the server does not describe itself";
    return new KarError("config", `${place}: ${why}; ${OTHER_WAYS}`);
  }
  const isConfig = error instanceof NotDescribed ||
    !(error instanceof ConnectError);
  const exit = isConfig ? "config" : "noAnswer";
  const why = isConfig
    ? printable(messageOf(error))
    : excerpt(messageOf(error));
  return new KarError(exit, `${place}: ${why}; ${OTHER_WAYS}`);
}
