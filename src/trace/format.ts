/*
 * A packed trace:
 *
 *   body     for each arrival: varint(µs since the one before), varint(form), part of the client
 *   trailer  JSON: counts, forms, digest of the body, places in it every so often
 *   end      8 bytes of length of the trailer, 8 bytes MAGIC
 */

/** What a packed trace ends with. */
export const MAGIC = "KARTRACE";
