/**
 * Reads a body to its end and drops it.
 *
 * @returns false when it is longer than `maxBytes`; the rest is not read
 */
export async function drain(
  response: Response,
  maxBytes: number,
): Promise<boolean> {
  const length = lengthOf(response);
  if (length === null) return await drainStream(response, maxBytes);
  if (length <= maxBytes) {
    // Costs half as much as reading the stream: one buffer, no promise for
    // each chunk.
    await response.arrayBuffer();
    return true;
  }
  // The answer to HEAD tells the length of a body that does not come.
  if (response.body === null) return true;
  await response.body.cancel();
  return false;
}

/**
 * The length that an answer tells: a number, or the same one several times
 * (RFC 9110, 8.6); null = it has to be counted.
 */
function lengthOf({ headers }: Response): number | null {
  const told = headers.get("content-length");
  if (told === null || headers.has("transfer-encoding")) return null;
  const [first = "", ...rest] = told.split(",").map((part) => part.trim());
  const isOne = /^[0-9]+$/.test(first) && rest.every((part) => part === first);
  return isOne ? Number(first) : null;
}

async function drainStream(
  response: Response,
  maxBytes: number,
): Promise<boolean> {
  if (response.body === null) return true;
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    // Leaving the loop cancels the stream.
    if (bytes > maxBytes) return false;
  }
  return true;
}

/** A field's colon, blank and line end. */
const FIELD_OVERHEAD_BYTES = 4;

/** Bytes of an answer's head, but for the status line: as its fields stand in HTTP/1.1. */
export function headBytesOf({ headers }: Response): number {
  let bytes = 0;
  for (const [name, value] of headers) {
    bytes += name.length + value.length + FIELD_OVERHEAD_BYTES;
  }
  return bytes;
}
