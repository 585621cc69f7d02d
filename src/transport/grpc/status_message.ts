const PLAIN_REGEXP = /^[\x20-\x24\x26-\x7e]*$/;
const PERCENT = 0x25;

/**
 * Reads a `grpc-message`: UTF-8, with `%XX` for what a header may not hold.
 * What is not such a code stays as it is (gRPC over HTTP/2, "Responses").
 *
 * @param text one character for each byte
 */
export function decodeMessage(text: string): string {
  if (PLAIN_REGEXP.test(text)) return text;
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === PERCENT ? hexAt(bytes, at + 1) : -1;
    bytes[length++] = code < 0 ? bytes[at]! : code;
    if (code >= 0) at += 2;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    bytes.subarray(0, length),
  );
}

/** The byte that two digits stand for; −1 = they are not hexadecimal. */
function hexAt(bytes: Uint8Array, at: number): number {
  const digits = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  return /^[0-9a-f]{2}$/i.test(digits) ? parseInt(digits, 16) : -1;
}
