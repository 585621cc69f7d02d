/**
 * A small HTTP/2 server on plain sockets, for the gRPC side of the sample
 * server: Deno's own server cannot send trailers, and a client's GOAWAY can
 * end the whole process under `node:http2` (denoland/deno#36788).
 *
 * It knows frames, header compression, flow control and shutdown; what a
 * request means is its handler's affair. It shares no code with kar's own
 * HTTP/2 client, so that the two do not make the same mistake.
 *
 * ```
 *  socket ─▶ FrameReader ─▶ Connection ─▶ Stream ─▶ handler
 *  socket ◀─ FrameWriter ◀─ Connection ◀────────────┘
 * ```
 *
 * @module
 */
export * from "./connection.ts";
export * from "./frames.ts";
export * from "./header_blocks.ts";
export * from "./hpack.ts";
export * from "./huffman.ts";
export * from "./listen.ts";
export * from "./outbound.ts";
export * from "./request.ts";
export * from "./stream.ts";
export * from "./types.ts";
export * from "./writer.ts";
