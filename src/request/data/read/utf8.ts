/**
 * Where bytes stop being UTF-8 (RFC 3629: shortest forms, no surrogates); −1 =
 * nowhere.
 */
export function firstNotUtf8(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length;) {
    const byte = bytes[i]!;
    if (byte < 0x80) {
      i++;
      continue;
    }
    const length = sequenceLength(byte, bytes[i + 1] ?? 0);
    if (length === 0 || i + length > bytes.length) return i;
    for (let k = 1; k < length; k++) {
      if ((bytes[i + k]! & 0xc0) !== 0x80) return i;
    }
    i += length;
  }
  return -1;
}

/** Bytes of the sequence that two bytes begin; 0 = they begin none. */
function sequenceLength(first: number, second: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) {
    const isShort = first === 0xe0 && second < 0xa0;
    const isSurrogate = first === 0xed && second >= 0xa0;
    return isShort || isSurrogate ? 0 : 3;
  }
  const isShort = first === 0xf0 && second < 0x90;
  const isBeyond = first === 0xf4 && second >= 0x90;
  return isShort || isBeyond ? 0 : 4;
}
