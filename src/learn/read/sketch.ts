import { absorb, finish } from "../../base/mod.ts";
import type { LineRecord } from "../../access/mod.ts";
import { kindOf, SEGMENT_KINDS, type SegmentKind } from "./segments.ts";
import { asciiOf, hashOf, methodName } from "./path_bytes.ts";
import {
  DISTINCT_BITS,
  joinRows,
  type PathSegment,
  type TemplateRow,
  templateText,
} from "./template_row.ts";

/** Rows that are kept after each tidying, and before it. */
const ROWS_KEPT = 1024;
const ROWS_MAX = 2 * ROWS_KEPT;
const SEGMENTS_MAX = 12;
const PATH_BYTES_MAX = 2048;
/** Different words below one prefix; beyond it they are names of things. */
const CHILDREN_MAX = 48;
const PREFIXES_MAX = 4096;
/** Ids that are counted of one row, and of all: the first ones, among which the frequent ones are. */
const IDS_MAX = 2048;
const ALL_IDS_MAX = 131_072;
/** Places of the cache of whole paths: a power of two. */
const CACHE_PLACES = 16_384;

/** A prefix of paths, and the words that were seen below it. */
interface Prefix {
  readonly children: Int32Array;
  count: number;
  isWild: boolean;
}

const START = 0x1b873593;

/** All places at once: an array that grows by far places becomes a slow table. */
function emptyCache(): (TemplateRow | undefined)[] {
  return Array.from({ length: CACHE_PLACES }, () => undefined);
}

/**
 * The forms of paths, most frequent first, in bounded memory (Misra and Gries,
 * in batches): a count is too small by at most `error`. Strings are made for new
 * rows only.
 */
export class TemplateSketch {
  /** What the counts of rows may lack. */
  error = 0;
  /** Prefixes below which words are names of things. */
  wild = 0;
  /** Requests of rows that went. */
  lost = 0;
  #rows = new Map<number, TemplateRow>();
  readonly #prefixes = new Map<number, Prefix>();
  /** By the hash of a path without ids, its row, as long as no other path has its place. */
  readonly #cache = emptyCache();
  readonly #cacheA = new Int32Array(CACHE_PLACES);
  readonly #cacheB = new Int32Array(CACHE_PLACES);
  #pathA = 0;
  #pathB = 0;
  /** Segments of the path at hand: where they end, what they are, their hashes. */
  readonly #ends = new Int32Array(SEGMENTS_MAX + 1);
  readonly #kinds = new Uint8Array(SEGMENTS_MAX + 1);
  readonly #hashes = new Int32Array(SEGMENTS_MAX + 1);
  #segments = 0;
  #nextId = 1;
  #ids = 0;
  readonly #key: number;

  /** @param key decides the hashes, so that nobody can choose paths that fill them */
  constructor(key: number) {
    this.#key = key | 0;
  }

  /** Counts a request; gives its row. `client` is a hash, 0 = unknown. */
  take(bytes: Uint8Array, record: LineRecord, client: number): TemplateRow {
    this.#hashPath(bytes, record);
    const a = this.#pathA;
    const b = this.#pathB;
    const place = a & (CACHE_PLACES - 1);
    let row = this.#cacheA[place] === a && this.#cacheB[place] === b
      ? this.#cache[place]
      : undefined;
    if (row === undefined) {
      row = this.#find(bytes, record);
      if (row.ids === null) {
        this.#cacheA[place] = a;
        this.#cacheB[place] = b;
        this.#cache[place] = row;
      }
    }
    row.count++;
    if (client !== 0) {
      const bit = 1 << (client & 31);
      if (client & 32) row.clientsHi |= bit;
      else row.clientsLo |= bit;
    }
    row.statuses[Math.min(5, Math.floor(record.status / 100))]!++;
    return row;
  }

  /** All rows, words below wild prefixes merged, most frequent first. */
  rows(): TemplateRow[] {
    return this.merged().rows;
  }

  /** The same, and by the numbers of rows what they were merged into. */
  merged(): {
    readonly rows: TemplateRow[];
    readonly of: ReadonlyMap<number, TemplateRow>;
  } {
    const byKey = new Map<string, TemplateRow>();
    const of = new Map<number, TemplateRow>();
    for (const row of this.#rows.values()) {
      const segments = this.#final(row.segments);
      const key = `${row.method} ${templateText(segments)}`;
      const known = byKey.get(key);
      const statuses = row.statuses.slice();
      const into = known ?? { ...row, segments, statuses };
      if (known !== undefined) joinRows(known, row);
      else byKey.set(key, into);
      of.set(row.id, into);
    }
    const rows = [...byKey.values()].sort((a, b) => b.count - a.count);
    return { rows, of };
  }

  #final(segments: readonly PathSegment[]): PathSegment[] {
    let prefix = START;
    return segments.map((segment) => {
      const isWild = segment.kind === "word" &&
        this.#prefixes.get(prefix)?.isWild === true;
      const final: PathSegment = isWild
        ? { kind: "any", text: "", hash: SEGMENT_KINDS.indexOf("any") }
        : segment;
      prefix = absorb(prefix, final.hash);
      return final;
    });
  }

  #hashPath(bytes: Uint8Array, record: LineRecord): void {
    let a = this.#key;
    let b = ~this.#key;
    const { pathBytes, pathFrom, pathTo, methodFrom, methodTo } = record;
    for (let i = methodFrom; i < methodTo; i++) {
      a = Math.imul(a ^ bytes[i]!, 0x01000193);
    }
    for (let i = pathFrom; i < pathTo; i++) {
      a = Math.imul(a ^ pathBytes[i]!, 0x01000193);
      b = Math.imul(b ^ pathBytes[i]!, 0x85ebca6b) ^ (b >>> 15);
    }
    this.#pathA = finish(a) | 0;
    this.#pathB = finish(b) | 0;
  }

  #find(bytes: Uint8Array, record: LineRecord): TemplateRow {
    const { methodFrom, methodTo, pathBytes } = record;
    const id = this.#cut(record);
    let key = absorb(this.#key, this.#segments);
    for (let i = methodFrom; i < methodTo; i++) key = absorb(key, bytes[i]!);
    for (let i = 0; i < this.#segments; i++) {
      key = absorb(absorb(key, this.#kinds[i]!), this.#hashes[i]!);
    }
    const hash = finish(key);
    let row = this.#rows.get(hash);
    if (row === undefined) {
      if (this.#rows.size >= ROWS_MAX) this.#tidy();
      row = this.#newRow(bytes, record);
      this.#rows.set(hash, row);
    }
    if (row.ids !== null && id !== null) {
      this.#countId(row, hashOf(pathBytes, id, this.#key));
    }
    return row;
  }

  /** Cuts the path into segments; gives where its last placeholder stands. */
  #cut(
    { pathBytes: bytes, pathFrom, pathTo }: LineRecord,
  ): readonly [number, number] | null {
    let id: readonly [number, number] | null = null;
    let prefix = START;
    let at = pathFrom + 1;
    this.#segments = 0;
    const isLong = pathTo - pathFrom > PATH_BYTES_MAX;
    while (at <= pathTo && pathTo > pathFrom) {
      let end = at;
      while (end < pathTo && bytes[end] !== 47) end++;
      const isRest = isLong || this.#segments === SEGMENTS_MAX;
      let kind: SegmentKind = isRest ? "rest" : kindOf(bytes, at, end);
      let hash = SEGMENT_KINDS.indexOf(kind);
      if (kind === "word") {
        hash = hashOf(bytes, [at, end], this.#key);
        if (end > at && this.#isWild(prefix, hash)) {
          kind = "any";
          hash = SEGMENT_KINDS.indexOf("any");
        }
      }
      if (kind !== "word" && kind !== "rest") id = [at, end];
      const i = this.#segments++;
      this.#ends[i] = end;
      this.#kinds[i] = SEGMENT_KINDS.indexOf(kind);
      this.#hashes[i] = hash;
      if (isRest) break;
      prefix = absorb(prefix, hash);
      at = end + 1;
    }
    return id;
  }

  /** Whether words below a prefix are names of things; notes a word that was seen there. */
  #isWild(prefix: number, child: number): boolean {
    let known = this.#prefixes.get(prefix);
    if (known === undefined) {
      // More prefixes than any service has: nothing is remembered of them.
      if (this.#prefixes.size >= PREFIXES_MAX) return true;
      const children = new Int32Array(CHILDREN_MAX);
      known = { children, count: 0, isWild: false };
      this.#prefixes.set(prefix, known);
    }
    if (known.isWild) return true;
    for (let i = 0; i < known.count; i++) {
      if (known.children[i] === child) return false;
    }
    if (known.count < CHILDREN_MAX) {
      known.children[known.count++] = child;
      return false;
    }
    known.isWild = true;
    this.wild++;
    this.#cache.fill(undefined);
    return true;
  }

  #newRow(bytes: Uint8Array, record: LineRecord): TemplateRow {
    const { methodFrom, methodTo, pathBytes, pathFrom } = record;
    const segments: PathSegment[] = [];
    let from = pathFrom + 1;
    for (let i = 0; i < this.#segments; i++) {
      const kind = SEGMENT_KINDS[this.#kinds[i]!]!;
      const end = this.#ends[i]!;
      const text = kind === "word" ? asciiOf(pathBytes, from, end) : "";
      segments.push({ kind, text, hash: this.#hashes[i]! });
      from = end + 1;
    }
    const hasIds = segments.some(({ kind }) =>
      kind !== "word" && kind !== "rest"
    );
    return {
      id: this.#nextId++,
      method: methodName(bytes, methodFrom, methodTo),
      segments,
      count: 0,
      clientsLo: 0,
      clientsHi: 0,
      statuses: new Uint32Array(6),
      ids: hasIds ? new Map() : null,
      otherIds: 0,
      distinct: hasIds ? new Uint32Array(DISTINCT_BITS / 32) : null,
    };
  }

  #countId(row: TemplateRow, id: number): void {
    const bit = (id >>> 0) % DISTINCT_BITS;
    row.distinct![bit >>> 5]! |= 1 << (bit & 31);
    const known = row.ids!.get(id);
    if (known !== undefined) row.ids!.set(id, known + 1);
    else if (row.ids!.size < IDS_MAX && this.#ids < ALL_IDS_MAX) {
      this.#ids++;
      row.ids!.set(id, 1);
    } else row.otherIds++;
  }

  /** Takes the count of the K-th row from all; those that come to nothing go. */
  #tidy(): void {
    const counts = [...this.#rows.values()].map(({ count }) => count)
      .sort((a, b) => b - a);
    const least = counts[ROWS_KEPT]!;
    for (const [hash, row] of this.#rows) {
      this.lost += Math.min(row.count, least);
      row.count -= least;
      if (row.count > 0) continue;
      this.#ids -= row.ids?.size ?? 0;
      this.#rows.delete(hash);
    }
    this.error += least;
    this.#cache.fill(undefined);
  }
}
