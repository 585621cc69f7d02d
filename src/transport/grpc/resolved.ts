/** Who sends how many messages. */
export type GrpcKind =
  | "unary"
  | "server_streaming"
  | "client_streaming"
  | "bidi_streaming";

/**
 * A gRPC call with everything looked up and encoded, fit for a structured
 * clone: made once, in the main thread, and handed to the workers.
 */
export interface ResolvedGrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly kind: GrpcKind;
  /** The encoded messages in the order in which they are sent, without their prefixes. */
  readonly messages: readonly Uint8Array[];
}
