/**
 * What scripts need of the clients.
 *
 * @module
 */
import type { EncodeCall } from "../../request/mod.ts";
import type { ResolvedTarget } from "../resolved.ts";

/** Loads what encodes the messages of a script where it calls, and only there. */
export async function loadEncodeCall(
  { grpc }: Partial<ResolvedTarget> = {},
): Promise<{ readonly encodeCall?: EncodeCall }> {
  if (!grpc?.types) return {};
  const { openEncoder } = await import("../grpc/types/mod.ts");
  return { encodeCall: openEncoder({ ...grpc, types: grpc.types }) };
}
