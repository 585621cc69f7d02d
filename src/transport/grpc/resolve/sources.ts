import { Code, ConnectError } from "@connectrpc/connect";
import type protobuf from "protobufjs";
import { excerpt, KarError } from "../../../base/mod.ts";
import { file_grpc_health_v1_health } from "../../../gen/grpc/health/v1/health_pb.ts";
import type { GrpcSource, TargetPlan } from "../../../plan/mod.ts";
import { TargetFaults } from "../../faults.ts";
import { type NamedPath, readNamedFile } from "../../named_file.ts";
import { readHeaders, readUrl } from "../../../request/mod.ts";
import { connectionOf } from "../../connect/mod.ts";
import type { TlsTexts } from "../../resolved.ts";
import {
  decodeSet,
  type DescribedFile,
  generatedFile,
  nearest,
  rootFromFiles,
  TooMuchDescribed,
} from "../types/mod.ts";
import { rootFromProtoFiles, type TypesRead } from "./proto_files.ts";
import { listed } from "../json/mod.ts";
import { describeService, NoSuchService, NotDescribed } from "./reflection.ts";
import { inOurWords } from "./words.ts";

/** Options of resolving a gRPC call. */
export interface ResolveOptions {
  /** Replaces `${NAME}` in a string of the target. */
  readonly expand: (text: string) => string;
  /** PEM texts of the files that the plan's `tls` names. */
  readonly tls: TlsTexts;
}

/** Bytes of a descriptor set; one of all of Google's cloud has half of it. */
const DESCRIPTOR_SET_BYTES_MAX = 16 * 2 ** 20;
const OTHER_WAYS = "give grpc.proto or grpc.descriptor_set instead";

/**
 * Reads the types of a target's call from where its plan says that they are.
 *
 * @throws {TargetFaults} with the place of what cannot be read
 * @throws {KarError} `noAnswer` when the server cannot be asked
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
  if (source.kind === "reflection") {
    return await reflected(target, service, options);
  }
  const read = await readFiles(source, options);
  if (read.kind === "root") return read.root;
  throw TargetFaults.of(target.name, read.faults);
}

async function readFiles(
  source: Exclude<GrpcSource, { kind: "reflection" }>,
  { expand }: ResolveOptions,
): Promise<TypesRead> {
  const named = (shown: string): NamedPath => ({ shown, path: expand(shown) });
  return source.kind === "proto"
    ? await rootFromProtoFiles(source.files.map(named), source.paths.map(named))
    : await rootFromSet(named(source.file));
}

async function rootFromSet(file: NamedPath): Promise<TypesRead> {
  const read = await readNamedFile(file, DESCRIPTOR_SET_BYTES_MAX);
  if (read.kind === "refused") return setFault(read.why);
  let files: DescribedFile[];
  try {
    files = decodeSet(read.bytes);
  } catch (error) {
    if (error instanceof TooMuchDescribed) {
      return setFault(`${file.shown} describes too much: ${error.message}`);
    }
    const how = "protoc --include_imports --descriptor_set_out";
    return setFault(
      `${file.shown} is not a descriptor set; write one with ${how}`,
    );
  }
  try {
    return { kind: "root", root: rootFromFiles(files) };
  } catch (error) {
    return setFault(inOurWords(error, file.shown));
  }
}

function setFault(message: string): TypesRead {
  const path = ["grpc", "descriptor_set"];
  return { kind: "faults", faults: [{ path, message }] };
}

async function reflected(
  target: TargetPlan,
  service: string,
  { expand, tls }: ResolveOptions,
): Promise<protobuf.Root> {
  // Reflection always uses Connect's stack, whichever client sends the traffic.
  const url = readUrl(target, expand);
  const headers = readHeaders(target, expand);
  try {
    const files = await describeService({
      url,
      headers: headers.map(({ name, value }) => [name, value]),
      connection: connectionOf(target, url, tls),
    }, service);
    return rootFromFiles(files);
  } catch (error) {
    throw reflectionError(target, error);
  }
}

function reflectionError(target: TargetPlan, error: unknown): KarError {
  if (error instanceof NoSuchService) {
    const message = noSuchService(error);
    return TargetFaults.of(target.name, [{
      path: ["grpc", "method"],
      message,
    }]);
  }
  const path = ["grpc", "reflection"];
  const fault = (why: string) =>
    TargetFaults.of(target.name, [{ path, message: `${why}; ${OTHER_WAYS}` }]);
  if (error instanceof NotDescribed) return fault(error.message);
  if (!(error instanceof ConnectError)) return fault(inOurWords(error));
  if (error.code === Code.Unimplemented) {
    return fault("the server does not describe itself");
  }
  const why = excerpt(error.rawMessage);
  const place = `target ${target.name}: grpc.reflection`;
  return new KarError("noAnswer", `${place}: ${why}; ${OTHER_WAYS}`);
}

function noSuchService({ message, service, names }: NoSuchService): string {
  const near = nearest(service, names);
  return near === undefined
    ? `${message}; it has ${listed(names)}`
    : `${message}, did you mean ${excerpt(near)}? It has ${listed(names)}`;
}
