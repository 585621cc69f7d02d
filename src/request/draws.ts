import { absorb, finish, SLOT_MS, streamKey } from "../base/mod.ts";

/**
 * What the steps of a journey have captured so far, as UTF-8, each at the
 * number that its name has in `FieldSources.variables`; null = nothing. A
 * target has none.
 */
export type Vars = readonly (Uint8Array | null)[];

/**
 * Chance of one arrival: every draw is a function of its key and a stream. One
 * object serves all arrivals of a target, one after the other.
 */
export interface Draws {
  /** Which arrival, as a number that changes with it: whoever keeps a draw knows by it how long. */
  readonly serial: number;
  readonly slot: number;
  readonly lane: number;
  readonly index: number;
  /** How many arrivals came before it since the fire; NaN where nobody has counted. */
  readonly rank: number;
  /** Its intended instant in plan time, milliseconds since the epoch. */
  readonly intendedMs: number;
  /** What its journey has captured; null = it is none. */
  readonly vars: Vars | null;
  /** The real time, milliseconds since the epoch. */
  realMs(): number;
  /** Uniform in [0, 1), 53 bits. */
  unit(stream: number): number;
  /** 32 bits. */
  word(stream: number): number;
  /** As `unit`, the same for all steps of a journey and all their repeats: rows of data. */
  rowUnit(stream: number): number;
}

/** Number of the stream of chance from which all draws for requests come; see `STREAM` of `src/pattern`. */
const REQUEST_STREAM = 4096;

const INV_2_53 = 2 ** -53;

/** Which arrival draws are for. */
export interface DrawKey {
  readonly slot: number;
  readonly lane: number;
  readonly index: number;
  /** Milliseconds from the start of its slot to its intended instant. */
  readonly offsetMs: number;
  /** How many arrivals came before it since the fire; NaN = nobody has counted. */
  readonly rank: number;
  /** How often its step has been repeated: rows stay, all else is drawn anew. */
  readonly iteration: number;
  /** What its journey has captured; null = it is none. */
  readonly vars: Vars | null;
}

/**
 * Draws by key: the plan's seed, slot, lane and index are absorbed once for an
 * arrival, and the stream for each draw. So any draw can be made by anyone, in
 * any order, again.
 */
export class ArrivalDraws implements Draws {
  serial = 0;
  slot = 0;
  lane = 0;
  index = 0;
  rank = NaN;
  intendedMs = 0;
  vars: Vars | null = null;
  readonly #seedA: number;
  readonly #seedB: number;
  readonly #realMs: () => number;
  #rowA = 0;
  #rowB = 0;
  #a = 0;
  #b = 0;

  /**
   * @param seed the plan's
   * @param realMs the real time, milliseconds since the epoch
   */
  constructor(seed: number, realMs: () => number) {
    const { a, b } = streamKey(seed, REQUEST_STREAM);
    this.#seedA = a;
    this.#seedB = b;
    this.#realMs = realMs;
  }

  /** Moves on to another arrival. */
  begin(key: DrawKey): void {
    const { slot, lane, index, iteration } = key;
    const low = slot >>> 0;
    const high = (slot / 2 ** 32) >>> 0;
    const rest = (lane << 16) | index;
    this.serial = (this.serial + 1) | 0;
    this.slot = slot;
    this.lane = lane;
    this.index = index;
    this.rank = key.rank;
    this.vars = key.vars;
    this.intendedMs = Math.floor(slot * SLOT_MS + key.offsetMs);
    this.#rowA = absorb(absorb(absorb(this.#seedA, low), high), rest);
    this.#rowB = absorb(absorb(absorb(this.#seedB, low), high), rest);
    this.#a = iteration === 0 ? this.#rowA : absorb(this.#rowA, iteration);
    this.#b = iteration === 0 ? this.#rowB : absorb(this.#rowB, iteration);
  }

  realMs(): number {
    return this.#realMs();
  }

  unit(stream: number): number {
    return unitOf(this.#a, this.#b, stream);
  }

  word(stream: number): number {
    return finish(absorb(this.#a, stream));
  }

  rowUnit(stream: number): number {
    return unitOf(this.#rowA, this.#rowB, stream);
  }
}

function unitOf(a: number, b: number, stream: number): number {
  const high = finish(absorb(a, stream)) >>> 5;
  const low = finish(absorb(b, stream)) >>> 6;
  return (high * 0x4000000 + low) * INV_2_53;
}

/**
 * The stream of a name. Streams are found by name and never by position: what
 * is added to a request changes no other draw.
 */
export function streamOf(...names: readonly (string | number)[]): number {
  let state = 0x1b873593;
  for (const name of names) {
    const text = String(name);
    for (let i = 0; i < text.length; i++) {
      state = absorb(state, text.charCodeAt(i));
    }
    // Else "a", "bc" would be "ab", "c".
    state = absorb(state, 0x10000 + text.length);
  }
  return finish(state);
}
