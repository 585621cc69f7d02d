import type { Empty } from "@bufbuild/protobuf/wkt";
import type { Transport } from "@connectrpc/connect";
import { messagesIn, type Request } from "../../request/mod.ts";
import { headersOf } from "../stock/mod.ts";

/** What only Connect itself can make of a request. */
export interface MadeRequest {
  /** It offers the encodings that the request names. */
  readonly transport: Transport;
  readonly headers: Headers;
  readonly messages: readonly Empty[];
}

/** A call as Connect takes it, the same for all the times it is sent. */
export interface ConnectRequest {
  readonly headers: Headers;
  readonly bytes: readonly Uint8Array[];
  /** What Connect makes of it; null until Connect is loaded. */
  made: MadeRequest | null;
  /** Makes another one for each exchange; null = this one serves all. */
  readonly varying: Request | null;
}

/** Makes what Connect takes of a request. Connect says itself that it is gRPC. */
export function frameConnect(request: Request): ConnectRequest {
  return {
    headers: headersOf(request),
    bytes: messagesIn(request.body),
    made: null,
    varying: request.vary === null ? null : request,
  };
}
