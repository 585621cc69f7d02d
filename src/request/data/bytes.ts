/* What bytes may stand where in a request. */

/** Visible ASCII, spaces, tabs, and as UTF-8 the upper half of Latin-1 (RFC 9110, 5.5). */
export function isHeaderValue(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0x09 || (byte >= 0x20 && byte <= 0x7e)) continue;
    // U+0080 … U+00FF are two bytes, the first 0xc2 or 0xc3.
    const isLatin = byte === 0xc2 || byte === 0xc3;
    if (!isLatin || i + 1 >= end || (bytes[i + 1]! & 0xc0) !== 0x80) {
      return false;
    }
    i++;
  }
  return true;
}

const DOT = 0x2e;

/** What would climb up a path: nothing, one dot or two. */
export function isDots(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): boolean {
  if (end - start > 2) return false;
  for (let i = start; i < end; i++) if (bytes[i] !== DOT) return false;
  return true;
}

/** Whether a text may stand in a header. */
export function isSentHeaderValue(text: string): boolean {
  return isHeaderValue(new TextEncoder().encode(text));
}

/** Whether a text would climb up a path. */
export function isDotSegment(text: string): boolean {
  return isDots(new TextEncoder().encode(text));
}

/** Whether some bytes hold others, of which there is at least one. */
export function includes(bytes: Uint8Array, what: Uint8Array): boolean {
  const first = what[0]!;
  const last = bytes.length - what.length;
  for (let at = bytes.indexOf(first); at >= 0 && at <= last;) {
    let i = 1;
    while (i < what.length && bytes[at + i] === what[i]) i++;
    if (i === what.length) return true;
    at = bytes.indexOf(first, at + 1);
  }
  return false;
}
