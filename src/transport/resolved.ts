import type { ProtoProgram } from "../request/mod.ts";

/** Certificates as PEM text. */
export interface TlsTexts {
  /** Roots to trust beside Mozilla's; null = Mozilla's alone. */
  readonly ca: string | null;
  /** Own certificate and its key (mTLS): both or neither. */
  readonly cert: string | null;
  readonly key: string | null;
}

/** How many messages client and server send. */
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
  /** What is written instead where messages have fields. */
  readonly programs?: readonly ProtoProgram[];
  /** What a script's messages are encoded by; absent = its messages are known. */
  readonly types?: CallTypes;
}

/** The types of a method's messages. */
export interface CallTypes {
  /** All of them, as protobufjs writes them in JSON. */
  readonly root: string;
  /** The name of the message's own. */
  readonly input: string;
}

/**
 * What a target needs beside the plan: read from files and asked of the server
 * once, in the main thread, before anything is sent. Fit for a structured clone.
 */
export interface ResolvedTarget {
  /** PEM texts of the files that the plan's `tls` names. */
  readonly tls: TlsTexts;
  /** What is called; null where the protocol is not gRPC. */
  readonly grpc: ResolvedGrpcCall | null;
}
