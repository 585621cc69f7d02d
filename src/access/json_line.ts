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

type LogRole = "time" | "path" | "method" | "status" | "client" | "duration";

/** What a field means, and how much it is worth beside others of its role: less is more. */
interface FieldRole {
  readonly role: LogRole;
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

const ROLES: ReadonlyMap<number, FieldRole> = new Map<number, FieldRole>([
  ...rolesOf("time", TIME_FIELDS),
  ...rolesOf("path", PATH_FIELDS),
  ...rolesOf("method", METHOD_FIELDS),
  ...rolesOf("status", STATUS_FIELDS),
  ...rolesOf("client", CLIENT_FIELDS),
  ...DURATION_FIELDS.map(([name, unitUs], rank) =>
    [hashed(name), { role: "duration", rank, unitUs }] as const
  ),
]);

function rolesOf(role: LogRole, names: readonly string[]) {
  return names.map((name, rank) =>
    [hashed(name), { role, rank, unitUs: 0 } as const] as const
  );
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
  readonly #ranks: Record<LogRole, number> = {
    ...{ time: 0, path: 0, method: 0, status: 0, client: 0, duration: 0 },
  };

  read(bytes: Uint8Array, into: LineRecord): boolean {
    const { from, to } = into;
    clearRecord(into, bytes);
    if (bytes[from] !== OPEN) return false;
    const ranks = this.#ranks;
    ranks.time = ranks.path = ranks.method = Infinity;
    ranks.status = ranks.client = ranks.duration = Infinity;
    this.#hashes[0] = FNV_START;
    let depth = 0;
    let at = from + 1;
    while (at < to) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        at = this.#field(bytes, [at, to], { into, depth });
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
  #field(
    bytes: Uint8Array,
    [from, to]: readonly [number, number],
    { into, depth }: { readonly into: LineRecord; readonly depth: number },
  ): number {
    let hash = this.#hashes[depth]!;
    let at = from + 1;
    for (; at < to && bytes[at] !== QUOTE; at++) {
      if (bytes[at] === BACKSLASH) at++;
      hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
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
    const role = ROLES.get(hash);
    if (role !== undefined && role.rank < this.#ranks[role.role]) {
      if (this.#take(bytes, [begin, end], { into, role })) {
        this.#ranks[role.role] = role.rank;
      }
    }
    return isText ? end + 1 : end;
  }

  #take(
    bytes: Uint8Array,
    [from, to]: readonly [number, number],
    { into, role: { role, unitUs } }: {
      readonly into: LineRecord;
      readonly role: FieldRole;
    },
  ): boolean {
    if (from >= to) return false;
    switch (role) {
      case "time":
        return take(this.#stamps.any(bytes, from, to), into);
      case "status": {
        const status = numberAt(bytes, from, to);
        if (status >= 0 && status < 1000) into.status = status;
        return status >= 0;
      }
      case "duration": {
        const value = numberAt(bytes, from, to);
        if (value >= 0) into.durationUs = value * unitUs;
        return value >= 0;
      }
      case "client":
        into.clientFrom = from;
        into.clientTo = to;
        return true;
      case "method":
        into.methodFrom = from;
        into.methodTo = to;
        return true;
      case "path":
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
