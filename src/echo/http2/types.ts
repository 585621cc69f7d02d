/** One request, as soon as its header is there. */
export interface Http2Request {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authority: string;
  readonly header: Headers;
  /** Ends early with an error when the client breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Aborts when the client breaks off. */
  readonly signal: AbortSignal;
}

/** What is sent back. */
export interface Http2Response {
  readonly status: number;
  readonly header?: Headers;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly trailer?: Headers;
}

/** Answers requests; when it throws, the stream is reset. */
export type Http2Handler = (request: Http2Request) => Promise<Http2Response>;

/** The part of a TCP or TLS connection that is used. */
export type ServerSocket = Pick<
  Deno.Conn,
  "read" | "write" | "close" | "closeWrite"
>;

/** Closes what may be closed already. */
export function closeQuietly(socket: Pick<ServerSocket, "close">): void {
  try {
    socket.close();
  } catch {
    // It was closed before.
  }
}
