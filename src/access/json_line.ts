import { numberAt, StampReader } from "./bytes.ts";
import {
  CLIENT_FIELDS,
  DURATION_FIELDS,
  METHOD_FIELDS,
  PATH_FIELDS,
  STATUS_FIELDS,
  TIME_FIELDS,
} from "./fields.ts";
import { take } from "./formats.ts";
import {
  byteAfter,
  clearRecord,
  type LineParser,
  type LineRecord,
  newRecord,
  pathIn,
  requestIn,
} from "./record.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const LIST = 91;
/** Objects within objects that are looked into; no log has more. */
const DEPTH_MAX = 16;
/** Characters of a path whose escapes are undone; a longer one has no template anyway. */
const PATH_CHARS_MAX = 8192;

/*
 * What a field means, as numbers: they are places in a table, too.
 */
const TIME = 0;
const PATH = 1;
const METHOD = 2;
const STATUS = 3;
const CLIENT = 4;
const DURATION = 5;
const ROLES_COUNT = 6;

/** What a field means, and how much it is worth beside others of its role: less is more. */
interface FieldRole {
  readonly role: number;
  readonly rank: number;
  readonly unitUs: number;
}

const FNV_START = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

function hashed(name: string): number {
  let hash = FNV_START;
  for (const byte of new TextEncoder().encode(name)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash;
}

const ROLES: readonly (readonly [number, FieldRole])[] = [
  ...rolesOf(TIME, TIME_FIELDS),
  ...rolesOf(PATH, PATH_FIELDS),
  ...rolesOf(METHOD, METHOD_FIELDS),
  ...rolesOf(STATUS, STATUS_FIELDS),
  ...rolesOf(CLIENT, CLIENT_FIELDS),
  ...DURATION_FIELDS.map(([name, unitUs], rank) =>
    [hashed(name), { role: DURATION, rank, unitUs }] as const
  ),
];

function rolesOf(role: number, names: readonly string[]) {
  return names.map((name, rank) =>
    [hashed(name), { role, rank, unitUs: 0 }] as const
  );
}

/** Places of the table of roles: a power of two, many times as many as there are. */
const ROLE_PLACES = 1024;
const ROLE_HASHES = new Int32Array(ROLE_PLACES);
const ROLE_AT: (FieldRole | undefined)[] = Array.from(
  { length: ROLE_PLACES },
  () => undefined,
);
for (const [hash, role] of ROLES) {
  let place = placeOf(hash);
  while (ROLE_AT[place] !== undefined) place = (place + 1) % ROLE_PLACES;
  ROLE_HASHES[place] = hash;
  ROLE_AT[place] = role;
}

function placeOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (ROLE_PLACES - 1);
}

/** What a field means by the hash of its name; most mean nothing, and end at a free place. */
function roleOf(hash: number): FieldRole | undefined {
  let place = placeOf(hash);
  for (;;) {
    const role = ROLE_AT[place];
    if (role === undefined || ROLE_HASHES[place] === hash) return role;
    place = (place + 1) & (ROLE_PLACES - 1);
  }
}

/**
 * Lines of JSON, whatever their fields are called: one pass over the bytes. A
 * path of keys is the hash of their names with dots between, looked up in the
 * table of what fields are called; lists are skipped.
 */
export function jsonParser(): LineParser {
  const scanner = new JsonScanner();
  return (bytes, into) => scanner.read(bytes, into);
}

class JsonScanner {
  readonly #stamps = new StampReader();
  readonly #scratch = new Uint8Array(PATH_CHARS_MAX);
  /** Hashes of the objects that the scan is in. */
  readonly #hashes = new Int32Array(DEPTH_MAX + 1);
  /** By role, the rank of what was taken. */
  readonly #ranks = new Float64Array(ROLES_COUNT);
  // The line at hand: fields, since a field of a line may cost no object.
  #bytes: Uint8Array = new Uint8Array(0);
  #to = 0;
  #into = newRecord();

  read(bytes: Uint8Array, into: LineRecord): boolean {
    const { from, to } = into;
    clearRecord(into, bytes);
    if (bytes[from] !== OPEN) return false;
    this.#bytes = bytes;
    this.#to = to;
    this.#into = into;
    this.#ranks.fill(Infinity);
    this.#hashes[0] = FNV_START;
    let depth = 0;
    let at = from + 1;
    while (at < to) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        at = this.#field(at + 1, depth);
        if (at < 0) {
          at = -at;
          if (++depth > DEPTH_MAX) return false;
        }
      } else {
        if (byte === CLOSE && --depth < 0) break;
        at++;
      }
    }
    return Number.isFinite(into.stampUs) && depth < 0;
  }

  /** Reads a key and its value; gives where it ends, or −where an object begins. */
  #field(from: number, depth: number): number {
    const bytes = this.#bytes;
    const to = this.#to;
    let hash = this.#hashes[depth]!;
    let at = from;
    for (; at < to; at++) {
      let byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) byte = bytes[++at]!;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    at++;
    while (at < to && bytes[at] !== COLON) {
      // A key without a value: no JSON.
      if (bytes[at] === QUOTE || bytes[at] === COMMA) return to;
      at++;
    }
    at++;
    while (at < to && bytes[at]! <= 32) at++;
    if (at >= to) return to;
    const byte = bytes[at]!;
    if (byte === OPEN) {
      if (depth < DEPTH_MAX) {
        this.#hashes[depth + 1] = Math.imul(hash ^ 46, FNV_PRIME);
      }
      return -(at + 1);
    }
    if (byte === LIST) return skipList(bytes, at, to);
    const isText = byte === QUOTE;
    const begin = isText ? at + 1 : at;
    const end = isText ? textEnd(bytes, begin, to) : bareEnd(bytes, at, to);
    const role = roleOf(hash);
    if (role !== undefined && role.rank < this.#ranks[role.role]!) {
      if (this.#take(begin, end, role)) this.#ranks[role.role] = role.rank;
    }
    return isText ? end + 1 : end;
  }

  #take(from: number, to: number, { role, unitUs }: FieldRole): boolean {
    if (from >= to) return false;
    const bytes = this.#bytes;
    const into = this.#into;
    switch (role) {
      case TIME:
        return take(this.#stamps.any(bytes, from, to), into);
      case STATUS: {
        const status = numberAt(bytes, from, to);
        if (status >= 0 && status < 1000) into.status = status;
        return status >= 0;
      }
      case DURATION: {
        const value = numberAt(bytes, from, to);
        if (value >= 0) into.durationUs = value * unitUs;
        return value >= 0;
      }
      case CLIENT:
        into.clientFrom = from;
        into.clientTo = to;
        return true;
      case METHOD:
        into.methodFrom = from;
        into.methodTo = to;
        return true;
      default:
        return this.#path(bytes, [from, to], into);
    }
  }

  #path(
    bytes: Uint8Array,
    [from, to]: readonly [number, number],
    into: LineRecord,
  ): boolean {
    const isPlain = byteAfter(bytes, [from, to], BACKSLASH) === to;
    const text = isPlain ? bytes : this.#scratch;
    const begin = isPlain ? from : 0;
    const end = isPlain ? to : unescaped(bytes, [from, to], this.#scratch);
    if (text[begin] === 47) {
      pathIn(text, [begin, end], into);
      return true;
    }
    const { methodFrom, methodTo } = into;
    if (isPlain && requestIn(text, [begin, end], into)) return true;
    into.methodFrom = methodFrom;
    into.methodTo = methodTo;
    pathIn(text, [begin, end], into);
    return text[into.pathFrom] === 47;
  }
}

/** The end of a text that begins at `from`. */
function textEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return to;
}

/** The end of a number or word. */
function bareEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to) {
    const byte = bytes[i]!;
    if (byte === COMMA || byte === CLOSE || byte <= 32) return i;
    i++;
  }
  return to;
}

/** Where a list ends; brackets in its texts are none. */
function skipList(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = textEnd(bytes, i + 1, to);
    else if (byte === LIST) depth++;
    else if (byte === 93 && --depth === 0) return i + 1;
  }
  return to;
}

/** Undoes the escapes of a text; gives how many bytes it has then. */
function unescaped(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  into: Uint8Array,
): number {
  let length = 0;
  for (let i = from; i < to && length < into.length; i++) {
    if (bytes[i] === BACKSLASH && i + 1 < to) i++;
    into[length++] = bytes[i]!;
  }
  return length;
}
