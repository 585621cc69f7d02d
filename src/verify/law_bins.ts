import { draw, SLOT_MS, type StreamKey, streamKey } from "../base/mod.ts";
import type { SlotShape } from "../pattern/mod.ts";
import { LAW_BINS } from "../stats/mod.ts";

/** Instants that wait for others that belong before them, at most. */
const HELD_MAX = 1_000_000;

const SEC_MS = 1000;
const SLOTS_PER_GROUP = SEC_MS / SLOT_MS + 2;
/** Where within its tick an instant lay is drawn: by any seed, as long as it is always the same. */
const DITHER_SEED = 98;
const DITHER_STREAM = 0x764c_6f67;

/** What the gaps of a log are held against. */
export interface LawBinsOptions {
  /** Requests a second that the log should have in a slot of plan time. */
  readonly rateAt: (slot: number) => number;
  /** How requests lie inside a slot; null = evenly by chance. */
  readonly shape: SlotShape | null;
  readonly firstSlot: number;
  /** Wall clock less plan time. */
  readonly offsetMs: number;
  /** How far lines may be out of order. */
  readonly orderMs: number;
}

/**
 * Sorts the instants of a log by second, and the gaps between them into bins.
 *
 * A stamp says in which tick an instant lay, and not where. A Poisson process
 * lies anywhere in it with one chance by its area Λ, so drawing the place there
 * makes it the process again, and a tick is no batch:
 *
 *   Λ  ├────tick────┤────tick────┤      stamped ▮▮▮│▮▮  drawn ▏ ▏▏ │▏  ▏
 */
export class LawBins {
  readonly bins = new Float64Array(LAW_BINS);
  readonly #o: LawBinsOptions;
  readonly #orderSec: number;
  readonly #held = new Map<number, number[]>();
  #heldCount = 0;
  /** The first second that is still open. */
  #openSec = -Infinity;
  #newestSec = -Infinity;
  readonly #key: StreamKey = streamKey(DITHER_SEED, DITHER_STREAM);
  #drawn = 0;
  readonly #area: AreaWalk;
  #lastArea = NaN;
  #tickMs = SEC_MS;

  constructor(options: LawBinsOptions) {
    this.#o = options;
    this.#orderSec = Math.ceil(options.orderMs / SEC_MS) + 1;
    this.#area = new AreaWalk(options);
  }

  /** The finest tick so far; a stamp that ends in zeros may look coarser than it is. */
  get tickMs(): number {
    return this.#tickMs;
  }

  /** Takes an instant; false = it comes too late to have a part. */
  add(atMs: number, tickMs: number): boolean {
    if (tickMs < this.#tickMs) this.#tickMs = tickMs;
    const second = Math.floor(atMs / SEC_MS);
    if (second < this.#openSec) return false;
    const group = this.#held.get(second);
    if (group === undefined) this.#held.set(second, [atMs]);
    else group.push(atMs);
    this.#heldCount++;
    if (second > this.#newestSec) {
      this.#newestSec = second;
      this.#closeBefore(second - this.#orderSec);
    }
    // However many lines a second has: the oldest ones go first.
    while (this.#heldCount > HELD_MAX) {
      this.#closeBefore(Math.min(...this.#held.keys()) + 1);
    }
    return true;
  }

  /** Takes what still waits. */
  end(): void {
    this.#closeBefore(Infinity);
  }

  #closeBefore(second: number): void {
    if (second <= this.#openSec) return;
    this.#openSec = second;
    const over = [...this.#held.keys()].filter((each) => each < second);
    for (const each of over.sort((a, b) => a - b)) this.#close(each);
  }

  #close(second: number): void {
    const instants = this.#held.get(second)!;
    this.#held.delete(second);
    this.#heldCount -= instants.length;
    this.#area.moveTo(second * SEC_MS - this.#o.offsetMs);
    const areas = Float64Array.from(instants, (atMs) => this.#placeOf(atMs));
    for (const area of areas.sort()) {
      // The first one has no gap before it.
      if (!Number.isNaN(this.#lastArea)) this.#count(area - this.#lastArea);
      this.#lastArea = area;
    }
  }

  #placeOf(atMs: number): number {
    const planMs = atMs - this.#o.offsetMs;
    const from = this.#area.at(planMs);
    const to = this.#area.at(planMs + this.#tickMs);
    return from + (to - from) * draw(this.#key.a, this.#key.b, this.#drawn++);
  }

  #count(gap: number): void {
    const u = 1 - Math.exp(-Math.max(0, gap));
    this.bins[Math.min(LAW_BINS - 1, Math.floor(u * LAW_BINS))]!++;
  }
}

/** The area under the rate, second by second. */
class AreaWalk {
  readonly #rateAt: (slot: number) => number;
  readonly #shape: SlotShape | null;
  /** The first slot of the current group, and the areas at the edges of its slots. */
  #slot: number;
  readonly #edges = new Float64Array(SLOTS_PER_GROUP + 1);

  constructor({ rateAt, shape, firstSlot }: LawBinsOptions) {
    this.#rateAt = rateAt;
    this.#shape = shape;
    this.#slot = firstSlot;
    this.#fill(0);
  }

  /** Goes on to the second that begins there; never back. */
  moveTo(planMs: number): void {
    const to = Math.floor(planMs / SLOT_MS);
    if (to <= this.#slot) return;
    let area = this.#edges[0]!;
    for (; this.#slot < to; this.#slot++) area += this.#areaOf(this.#slot);
    this.#fill(area);
  }

  /** The area up to an instant of the current second, or of the tick that follows it. */
  at(planMs: number): number {
    const place = planMs / SLOT_MS - this.#slot;
    if (place <= 0) return this.#edges[0]!;
    const edge = Math.min(SLOTS_PER_GROUP - 1, Math.floor(place));
    const [from, to] = [this.#edges[edge]!, this.#edges[edge + 1]!];
    const share = Math.min(1, place - edge);
    const mass = this.#shape?.massAt(this.#slot + edge, share) ?? share;
    return from + (to - from) * mass;
  }

  #fill(area: number): void {
    this.#edges[0] = area;
    for (let i = 0; i < SLOTS_PER_GROUP; i++) {
      this.#edges[i + 1] = this.#edges[i]! + this.#areaOf(this.#slot + i);
    }
  }

  #areaOf(slot: number): number {
    return this.#rateAt(slot) * SLOT_MS / 1000;
  }
}
