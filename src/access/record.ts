/** What a line of an access log says of one request. Used again for each line. */
export interface LineRecord {
  /** Where the line stands: set by whoever has it read. */
  from: number;
  to: number;
  /** Microseconds since the epoch. */
  stampUs: number;
  /** How long an instant the stamp stands for. */
  tickUs: number;
  /** Whether the stamp said its zone. */
  isZoned: boolean;
  /** How long the request took; NaN = the line does not say. */
  durationUs: number;
  /** 0 = the line does not say. */
  status: number;
  /** Where the method stands in the line; equal = nowhere. */
  methodFrom: number;
  methodTo: number;
  /** The path without query and fragment, in `pathBytes`. */
  pathBytes: Uint8Array;
  pathFrom: number;
  pathTo: number;
  /** Where the client's address stands in the line; equal = nowhere. */
  clientFrom: number;
  clientTo: number;
}

/** Reads the line `[into.from, into.to)`; false = it is none of the format. Never throws. */
export type LineParser = (bytes: Uint8Array, into: LineRecord) => boolean;

/** A record that says nothing. */
export function newRecord(): LineRecord {
  return {
    from: 0,
    to: 0,
    stampUs: NaN,
    tickUs: 0,
    isZoned: true,
    durationUs: NaN,
    status: 0,
    methodFrom: 0,
    methodTo: 0,
    pathBytes: new Uint8Array(0),
    pathFrom: 0,
    pathTo: 0,
    clientFrom: 0,
    clientTo: 0,
  };
}

/** Forgets what the line before said. */
export function clearRecord(record: LineRecord, bytes: Uint8Array): void {
  record.stampUs = NaN;
  record.durationUs = NaN;
  record.status = 0;
  record.isZoned = true;
  record.methodFrom = record.methodTo = 0;
  record.pathBytes = bytes;
  record.pathFrom = record.pathTo = 0;
  record.clientFrom = record.clientTo = 0;
}

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/*
 * Searches end with the line: one that ran on to the end of the buffer would
 * cost the whole buffer for each line without what is searched for.
 */

/** Where a byte first stands in `[from, to)`; `to` = nowhere. */
export function byteAfter(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  byte: number,
): number {
  let i = from;
  while (i < to && bytes[i] !== byte) i++;
  return i;
}

/** Where a byte last stands in `[from, to)`; less than `from` = nowhere. */
export function byteBefore(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  byte: number,
): number {
  let i = to - 1;
  while (i >= from && bytes[i] !== byte) i--;
  return i;
}

/** The first unescaped quote of `[from, to)`; −1 = there is none. */
export function quoteAfter(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** The next space of `[from, to)`, or `to`. */
export function spaceAfter(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  let i = from;
  while (i < to && bytes[i] !== SPACE) i++;
  return i;
}

/**
 * Reads `METHOD target HTTP/1.1`, the form of a request in nearly all logs.
 * False = it is none, as what scanners send.
 */
export function requestIn(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  into: LineRecord,
): boolean {
  const method = spaceAfter(bytes, from, to);
  if (method === to || !isMethod(bytes, from, method)) return false;
  into.methodFrom = from;
  into.methodTo = method;
  pathIn(bytes, [method + 1, spaceAfter(bytes, method + 1, to)], into);
  return into.pathTo > into.pathFrom;
}

/** Takes a request's target without scheme, host, query and fragment. */
export function pathIn(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  into: LineRecord,
): void {
  let begin = from;
  if (bytes[from] !== 47) {
    const scheme = schemeEnd(bytes, from, to);
    if (scheme > 0) {
      begin = scheme;
      while (begin < to && bytes[begin] !== 47 && bytes[begin] !== 63) begin++;
    }
  }
  let end = begin;
  while (end < to && bytes[end] !== 63 && bytes[end] !== 35) end++;
  into.pathBytes = bytes;
  into.pathFrom = begin;
  into.pathTo = end;
}

/** Where the host begins behind `http://`; 0 = there is no scheme. */
function schemeEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < Math.min(to - 2, from + 8); i++) {
    if (bytes[i] === 58) {
      return bytes[i + 1] === 47 && bytes[i + 2] === 47 ? i + 3 : 0;
    }
  }
  return 0;
}

function isMethod(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 3 || to - from > 20) return false;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if ((byte < 65 || byte > 90) && byte !== 45) return false;
  }
  return true;
}
