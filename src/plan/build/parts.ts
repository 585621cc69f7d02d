import type { TargetConfig } from "../../config/mod.ts";
import type { GrpcPlan, GrpcSource, Json, TlsPlan } from "../types.ts";

/** A target's TLS. */
export function tlsOf(tls: NonNullable<TargetConfig["tls"]>): TlsPlan {
  return {
    ca: tls.ca ?? null,
    cert: tls.cert ?? null,
    key: tls.key ?? null,
    serverName: tls.server_name ?? null,
  };
}

/** A gRPC call. */
export function grpcOf(
  grpc: Partial<NonNullable<TargetConfig["grpc"]>>,
): GrpcPlan {
  const { method = null, message } = grpc;
  return {
    method,
    // The file's own values: it can hold nothing that JSON cannot.
    ...(message !== undefined && { message: message as Json }),
    source: sourceOf(grpc),
  };
}

function sourceOf(
  grpc: Partial<NonNullable<TargetConfig["grpc"]>>,
): GrpcSource {
  if (grpc.proto !== undefined) {
    const { proto: files, proto_path: paths = [] } = grpc;
    return { kind: "proto", files, paths };
  }
  return grpc.descriptor_set === undefined
    ? { kind: "reflection" }
    : { kind: "descriptor_set", file: grpc.descriptor_set };
}
