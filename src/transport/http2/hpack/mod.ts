/**
 * HPACK (RFC 7541) as a client needs it that announces a header table of 0:
 * header blocks are encoded once and for all with the static table, and
 * decoded without a string or an object for any field.
 *
 * Stands under `http2`. Pure: knows neither frames nor sockets.
 *
 * @module
 */
export * from "./decoder.ts";
export * from "./encoder.ts";
export { sameBytes, type Slice, sliceOf, textOf } from "./slice.ts";
