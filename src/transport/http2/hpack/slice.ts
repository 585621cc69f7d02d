/** A view of bytes that moves instead of being made anew: `[start, end)`. */
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

/** The text of a slice, one character for each byte: for tests and messages. */
export function textOf(slice: Slice): string {
  let text = "";
  for (let i = slice.start; i < slice.end; i++) {
    text += String.fromCharCode(slice.bytes[i]!);
  }
  return text;
}
