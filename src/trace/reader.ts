import { createHash } from "node:crypto";
import { MAGIC } from "./format.ts";

/** Reads bytes from a place on; gives how many there were. */
export type ReadAt = (offset: number, into: Uint8Array) => number;

/** A form of requests: what a target of a config says of it. */
export interface TraceTarget {
  /** Number of the form in the body. */
  readonly form: number;
  readonly name: string;
  readonly method: string;
  /** With fields in the place of ids. */
  readonly path: string;
  /** The line of `data` that the path needs; null = none. */
  readonly data: { readonly name: string; readonly line: string } | null;
  readonly count: number;
}

/** What a packed trace says of itself. */
export interface TraceHead {
  /** SHA-256 of the body. */
  readonly digest: string;
  readonly count: number;
  /** Microseconds since the epoch. */
  readonly firstUs: number;
  readonly spanUs: number;
  readonly bodyBytes: number;
  readonly forms: readonly TraceTarget[];
  /** Triples: microseconds since the first, byte of the body, number of the arrival. */
  readonly places: readonly number[];
}

/** A file that is not a packed trace, or a damaged one. */
export class NoTrace extends Error {}

const TRAILER_BYTES_MAX = 64 * 2 ** 20;
const END_BYTES = 16;
const BLOCK_BYTES = 65_536;

/** A packed trace, opened. */
export class TraceReader {
  readonly head: TraceHead;
  readonly readAt: ReadAt;

  /**
   * @param size bytes of the file
   * @throws {NoTrace} when it is not one
   */
  constructor(readAt: ReadAt, size: number) {
    this.readAt = readAt;
    this.head = headOf(readAt, size);
  }

  /** Whether the body matches its digest: a damaged one has other instants. Reads all of it. */
  isWhole(): boolean {
    const { bodyBytes, digest } = this.head;
    const hash = createHash("sha256");
    const block = new Uint8Array(BLOCK_BYTES);
    for (let at = 0; at < bodyBytes; at += BLOCK_BYTES) {
      const piece = block.subarray(0, Math.min(BLOCK_BYTES, bodyBytes - at));
      hash.update(piece.subarray(0, this.readAt(at, piece)));
    }
    return hash.digest("hex") === digest;
  }

  /** Index in `places` of the last place at or before an instant. */
  placeBefore(us: number): number {
    const { places } = this.head;
    let [low, high] = [0, places.length / 3];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[3 * middle]! < us) low = middle + 1;
      else high = middle;
    }
    return 3 * Math.max(0, low - 1);
  }
}

/** Whether a file ends as packed traces do. */
export function isTrace(readAt: ReadAt, size: number): boolean {
  if (size < END_BYTES) return false;
  const end = new Uint8Array(END_BYTES);
  readAt(size - END_BYTES, end);
  return new TextDecoder().decode(end.subarray(8)) === MAGIC;
}

function headOf(readAt: ReadAt, size: number): TraceHead {
  if (!isTrace(readAt, size)) {
    throw new NoTrace("it does not end as a packed trace does");
  }
  const end = new Uint8Array(END_BYTES);
  readAt(size - END_BYTES, end);
  const length = new DataView(end.buffer).getFloat64(0);
  const isSized = Number.isInteger(length) && length > 0 &&
    length <= TRAILER_BYTES_MAX && length <= size - END_BYTES;
  if (!isSized) throw new NoTrace("the length of its trailer is impossible");
  const bytes = new Uint8Array(length);
  readAt(size - END_BYTES - length, bytes);
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new NoTrace("its trailer cannot be read");
  }
  if (!isHead(head) || head.bodyBytes !== size - END_BYTES - length) {
    throw new NoTrace("its trailer does not match its length");
  }
  return head;
}

/** The trailer is text from outside: each field is checked. */
function isHead(value: unknown): value is TraceHead {
  const head = value as Partial<TraceHead> & { readonly version?: unknown };
  const isCount = (n: unknown) => typeof n === "number" && n >= 0;
  return typeof value === "object" && value !== null && head.version === 1 &&
    typeof head.digest === "string" && /^[0-9a-f]{64}$/.test(head.digest) &&
    [head.count, head.firstUs, head.spanUs, head.bodyBytes].every(isCount) &&
    Array.isArray(head.places) && head.places.length % 3 === 0 &&
    head.places.every(isCount) && Array.isArray(head.forms) &&
    head.forms.every(isForm);
}

function isForm(value: unknown): boolean {
  const form = value as Partial<TraceTarget>;
  return typeof value === "object" && value !== null &&
    Number.isInteger(form.form) && typeof form.name === "string" &&
    typeof form.method === "string" && typeof form.path === "string" &&
    typeof form.count === "number" &&
    (form.data === null || (typeof form.data?.name === "string" &&
      typeof form.data.line === "string"));
}
