import type { TargetPlan } from "./types.ts";

/** What a gRPC target calls that names no method. */
export const HEALTH_CHECK = "grpc.health.v1.Health/Check";

/** What a target is asked: `GET`, or `package.Service/Method` of gRPC; variables stand as they are written. */
export function askedMethod(
  { protocol, method, grpc }: Pick<TargetPlan, "protocol" | "method" | "grpc">,
): string {
  return protocol === "grpc" ? grpc?.method ?? HEALTH_CHECK : method;
}
