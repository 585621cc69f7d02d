import type { BasicAuth, Content, FieldSources } from "./content/mod.ts";
import type { ArrivalDraws } from "./draws.ts";
import type { CellUse, Text, VariableUse } from "./fields/mod.ts";
import type { GrpcRequest } from "./grpc.ts";
import type { Header, SendingClient } from "./headers.ts";
import type { TargetUrl } from "./url.ts";

/** What a target says of its requests; strings may hold `${NAME}` and fields. */
export interface RequestSpec extends SendingClient {
  /** The target's, for messages. */
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: string | null;
  /** Its body, where that is not plain text. */
  readonly content?: Content;
  readonly basicAuth?: BasicAuth;
  readonly timeoutMs: number;
}

/** What a request is made of beside what its target says. */
export interface RequestOptions {
  /** Replaces each `${NAME}`. */
  readonly expand: (text: string) => string;
  /** Value of `user-agent` where the target sets none. */
  readonly userAgent: string;
  /** What is called; null where the protocol is not gRPC. */
  readonly grpc: GrpcRequest | null;
  /** Absent = there is nothing to draw from but chance itself. */
  readonly sources?: FieldSources;
  /** Names the draws, where it is not the target that does: the step of a journey. */
  readonly step?: string;
}

/** A header as it is sent. */
export interface RequestHeader {
  /** As it is written; protocols that know no upper case change it. */
  readonly name: string;
  readonly value: string;
  /** Whether it comes from the environment. */
  readonly secret: boolean;
}

/** A request with everything in its final form, framed by no protocol yet. */
export interface Request {
  readonly url: TargetUrl;
  /** Path and query as they are sent; the method's path where it is a call of gRPC. */
  readonly path: string;
  /** Whether the path may come from the environment. */
  readonly isPathSecret: boolean;
  readonly method: string;
  /**
   * In the order in which they are sent: kar's own where the user has given
   * none, the user's, and what gRPC fixes. Without a host, unless the user has
   * given one, and without the length: each protocol says these its own way.
   */
  readonly headers: readonly RequestHeader[];
  readonly body: Uint8Array;
  /** The value of `content-length`; null = there is none. */
  readonly contentLength: string | null;
  /** What differs from request to request; null = nothing does. */
  readonly vary: Varying | null;
}

/** What of a request is another one for each arrival. */
export interface Varying {
  /** Path and query; null = always the same. */
  readonly path: Text | null;
  /** Values of the headers, in their order; null = always the same. */
  readonly headers: readonly (Text | null)[];
  /** null = always the same. */
  readonly body: Text | null;
  /** What must be drawn anew before each request is written. */
  readonly draws: ArrivalDraws;
  /** Where captured values stand: see `badVariable`. */
  readonly uses: readonly VariableUse[];
  /** Where columns of data stand. */
  readonly cells: readonly CellUse[];
  /** The rank of the first arrival for which its data has no row; Infinity = there always is one. */
  readonly endRank: number;
}
