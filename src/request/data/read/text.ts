const MARK = [0xef, 0xbb, 0xbf];

/** Without a byte order mark. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return MARK.every((byte, i) => bytes[i] === byte)
    ? bytes.subarray(MARK.length)
    : bytes;
}

/** Lines without their ends; what follows the last end is none. */
export function linesOf(bytes: Uint8Array): string[] {
  const lines = textOf(bytes).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export function textOf(bytes: Uint8Array): string {
  // A decoder takes no memory that is shared.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice());
}
