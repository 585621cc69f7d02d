import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";

/** The code of an error that `kindOf` reads as `too_large`. */
export const HEAD_TOO_LARGE = "ERR_HEAD_TOO_LARGE";
/** The limit for a single question to a server. */
export const DEFAULT_HEAD_BYTES = 256 * 1024;
/** What a field counts besides its two texts (RFC 9113, 6.5.2). */
const FIELD_OVERHEAD_BYTES = 32;
/** Bytes of a head that may be sent; the default of `node:http2` is smaller than heads of targets may be. */
const MAX_SENT_BYTES = 2 ** 24;

/** What a session is told of the sizes of heads, its own and the peer's. */
export function headOptions(maxHeadBytes: number) {
  return {
    maxSendHeaderBlockLength: MAX_SENT_BYTES,
    maxHeaderListPairs: Math.ceil(maxHeadBytes / FIELD_OVERHEAD_BYTES),
    settings: { maxHeaderListSize: maxHeadBytes },
  };
}

/** Ends a stream whose head, or whose trailers, are larger than they may be. */
export function limitHeads(stream: ClientHttp2Stream, maxBytes: number): void {
  const check = (fields: IncomingHttpHeaders) => {
    if (sizeOf(fields) <= maxBytes) return;
    const words =
      `a response head has more bytes than ${maxBytes} (limits.max_head_bytes)`;
    stream.destroy(Object.assign(new Error(words), { code: HEAD_TOO_LARGE }));
  };
  stream.on("response", check);
  stream.on("trailers", check);
}

function sizeOf(fields: IncomingHttpHeaders): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(fields)) {
    const values = Array.isArray(value) ? value : [String(value)];
    for (const one of values) {
      bytes += name.length + one.length + FIELD_OVERHEAD_BYTES;
    }
  }
  return bytes;
}
