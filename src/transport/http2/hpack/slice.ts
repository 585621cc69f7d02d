/** A view of bytes that is moved instead of allocated again: `[start, end)`. */
export interface Slice {
  bytes: Uint8Array;
  start: number;
  end: number;
}

const encoder = new TextEncoder();

/** A slice over all bytes of a text in UTF-8. */
export function sliceOf(text: string): Slice {
  const bytes = encoder.encode(text);
  return { bytes, start: 0, end: bytes.length };
}

/** Whether two slices hold the same bytes. */
export function sameBytes(a: Slice, b: Slice): boolean {
  const length = a.end - a.start;
  if (length !== b.end - b.start) return false;
  // From the end: what differs between two header blocks (a date, an
  // identifier) seldom stands in their first bytes.
  for (let i = length - 1; i >= 0; i--) {
    if (a.bytes[a.start + i] !== b.bytes[b.start + i]) return false;
  }
  return true;
}

/** Texts up to this are put together one by one, which is quicker; longer ones would be chains of as many strings. */
const SHORT_CHARS = 32;
const PIECE_CHARS = 4096;

/** The text of a slice, one character for each byte. */
export function textOf({ bytes, start, end }: Slice): string {
  let text = "";
  if (end - start <= SHORT_CHARS) {
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }
  for (let at = start; at < end; at += PIECE_CHARS) {
    const piece = bytes.subarray(at, Math.min(end, at + PIECE_CHARS));
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return text;
}
