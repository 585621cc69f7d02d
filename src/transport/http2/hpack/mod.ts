/**
 * HPACK (RFC 7541) for a client that sends the same blocks again and again:
 * they are encoded once, with the static table. What comes is decoded with the
 * peer's dynamic table, without a string or an object for any field.
 *
 * Stands under `http2`. Pure: knows neither frames nor sockets.
 *
 * @module
 */
export * from "./decoder.ts";
export * from "./dynamic_table.ts";
export * from "./encoder.ts";
export { sameBytes, type Slice, sliceOf, textOf } from "./slice.ts";
