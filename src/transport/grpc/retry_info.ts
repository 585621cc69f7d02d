/*
 * Just enough of protobuf to find one duration in an error's details, since
 * workers load no protobuf library:
 *
 *   google.rpc.Status    { repeated Any details = 3; }
 *   google.protobuf.Any  { string type_url = 1; bytes value = 2; }
 *   google.rpc.RetryInfo { Duration retry_delay = 1; }
 *   Duration             { int64 seconds = 1; int32 nanos = 2; }
 */

const TYPE_REGEXP = /(?:^|\/)google\.rpc\.RetryInfo$/;
const NONE = new Uint8Array(0);
/** Details that are looked into: 8 KiB, as base64. Servers send some hundred bytes. */
const DETAILS_CHARS_MAX = 4 * Math.ceil(8192 / 3);

/** A field of a message: its number, and its value where it has bytes or is a number. */
interface MessageField {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** −1 where there is none, or it is more than a number can hold. */
  readonly value: number;
}

/**
 * The delay of the first `google.rpc.RetryInfo` in a `google.rpc.Status`.
 *
 * @param details a `grpc-status-details-bin`: base64, with or without padding
 * @returns milliseconds ≥ 0; null when there is none, it cannot be read, or the
 *   details are too large
 */
export function retryDelayMs(details: string): number | null {
  if (details.length > DETAILS_CHARS_MAX) return null;
  const status = fieldsOf(decodeBase64(details));
  const info = status.filter(({ number }) => number === 3)
    .map(({ bytes }) => fieldsOf(bytes))
    .find((any) => TYPE_REGEXP.test(textOf(bytesOf(any, 1))));
  if (info === undefined) return null;
  const delay = fieldsOf(bytesOf(fieldsOf(bytesOf(info, 2)), 1));
  const [seconds, nanos] = [valueOf(delay, 1), valueOf(delay, 2)];
  const isSaid = delay.length > 0 && seconds >= 0 && nanos >= 0;
  return isSaid ? 1000 * seconds + nanos / 1e6 : null;
}

/** A binary header may be without padding, and in several pieces with commas. */
function decodeBase64(text: string): Uint8Array {
  const [first = ""] = text.split(",", 1);
  const whole = first.trim().replaceAll("-", "+").replaceAll("_", "/");
  try {
    return bytesOfBinary(atob(whole));
  } catch {
    return NONE;
  }
}

function bytesOfBinary(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function bytesOf(fields: readonly MessageField[], number: number): Uint8Array {
  return fields.findLast((field) => field.number === number)?.bytes ?? NONE;
}

function valueOf(fields: readonly MessageField[], number: number): number {
  return fields.findLast((field) => field.number === number)?.value ?? 0;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The fields of a message, up to the first byte that is invalid. */
function fieldsOf(message: Uint8Array): MessageField[] {
  const fields: MessageField[] = [];
  const cursor = { bytes: message, at: 0 };
  while (cursor.at < message.length) {
    const field = readField(cursor);
    if (field === null) break;
    fields.push(field);
  }
  return fields;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readField(cursor: Cursor): MessageField | null {
  const key = readVarint(cursor);
  const number = Math.floor(key / 8);
  switch (key % 8) {
    case 0:
      return { number, bytes: NONE, value: readVarint(cursor) };
    case 1:
      return { number, bytes: take(cursor, 8), value: -1 };
    case 2:
      return { number, bytes: take(cursor, readVarint(cursor)), value: -1 };
    case 5:
      return { number, bytes: take(cursor, 4), value: -1 };
    default:
      return null;
  }
}

function take(cursor: Cursor, length: number): Uint8Array {
  const from = cursor.at;
  cursor.at = length < 0 ? cursor.bytes.length : from + length;
  return cursor.bytes.subarray(from, cursor.at);
}

/** −1 for what is cut off, negative, or past 2^53. */
function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let unit = 1; cursor.at < cursor.bytes.length; unit *= 128) {
    const byte = cursor.bytes[cursor.at++]!;
    value += (byte % 128) * unit;
    if (byte < 128) return value <= Number.MAX_SAFE_INTEGER ? value : -1;
  }
  return -1;
}
