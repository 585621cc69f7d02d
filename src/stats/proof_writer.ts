import { SLOT_MS } from "../base/mod.ts";
import type { SlotShape } from "../pattern/mod.ts";
import { type Layout, viewRegion } from "./layout.ts";
import { laneCell, LAW_BINS } from "./proof/mod.ts";

/** A slot that begins later than the end of the one before follows a leap. */
const SLOT_SLACK_MS = 101;

/**
 * Steps of a gap that are distinguished; the edge of a bin is off by half a
 * step at most, 0.0002 of all arrivals.
 */
const STEPS_PER_GAP = 2048;
/** Gaps from here on lie in the last bin: 1 − e^(−8) is above 1023/1024. */
const GAP_MAX = 8;

/** The bin of each step of a gap: an exponential for each request would cost twice as much. */
const BIN_OF_STEP = Uint16Array.from(
  { length: GAP_MAX * STEPS_PER_GAP },
  (_, step) => {
    const gap = (step + 0.5) / STEPS_PER_GAP;
    return Math.floor((1 - Math.exp(-gap)) * LAW_BINS);
  },
);

/** An arrival, as far as it is proved; it lies in the slot that began last. */
export interface HandledArrival {
  readonly lane: number;
  readonly intendedMs: number;
  readonly sentMs: number;
}

/** The rate of a slot, as far as a worker sends it. */
export interface SlotRate {
  readonly slot: number;
  readonly startMs: number;
  /** Of the worker's own lanes. */
  readonly ratePerSec: number;
  /** Of all lanes. */
  readonly wholePerSec: number;
  readonly isUniform: boolean;
  /** Whether gaps follow a law; absent = they do. */
  readonly hasLaw?: boolean;
  /** How the arrivals lie inside the slot; null = evenly by chance. */
  readonly shape: SlotShape | null;
}

/**
 * What a worker writes to prove what it sent, without locks and without
 * allocation: each arrival in its minute and lane, and each gap between two
 * sends in a bin.
 *
 * Gaps are taken in the area Λ under the rate, in which a Poisson process of
 * any rate has gaps that are exponential with mean 1 (Haslinger, Pipa, Brown
 * 2010); then u = 1 − e^(−gap) is uniform. Of evenly spread arrivals it is the
 * distance between where a request lay in Λ and where it was sent.
 *
 *   Λ  ──┼─────┼──┼────────┼──▶     u │▇▇▇▇▇▇▇▇│ as many in each bin
 */
export class ProofWriter {
  readonly #cells: Int32Array;
  readonly #law: number;
  readonly #lanes: number;
  /** The first cell of the current slot's minute. */
  #minute = 0;
  /** Area under the rate up to the current slot. */
  #area = 0;
  #slotMs = NaN;
  #perMs = 0;
  #wholePerMs = 0;
  #isUniform = false;
  #hasLaw = true;
  #slot = NaN;
  #shape: SlotShape | null = null;
  /** Area at the last send; gaps begin again after something that was not sent. */
  #lastArea = 0;

  constructor(buffer: SharedArrayBuffer, layout: Layout) {
    const { cells } = viewRegion(buffer, layout);
    this.#cells = new Int32Array(cells.buffer, cells.byteOffset, cells.length);
    this.#law = layout.law;
    this.#lanes = layout.lanes;
  }

  /** A slot begins. */
  slot(next: SlotRate): void {
    const { startMs, ratePerSec, wholePerSec, isUniform, shape } = next;
    this.#minute = this.#lanes + laneCell(next.slot, 0);
    const lengthMs = startMs - this.#slotMs;
    const isNext = lengthMs > 0 && lengthMs < SLOT_SLACK_MS;
    this.#area += isNext ? this.#perMs * lengthMs : 0;
    if (!isNext) this.#lastArea = this.#area;
    this.#slotMs = startMs;
    this.#perMs = ratePerSec / 1000;
    this.#wholePerMs = wholePerSec / 1000;
    this.#isUniform = isUniform;
    this.#hasLaw = next.hasLaw ?? true;
    this.#slot = next.slot;
    this.#shape = shape;
  }

  /** An arrival was sent. */
  sent(arrival: HandledArrival): void {
    this.#handled(arrival);
    if (!this.#hasLaw) return;
    if (this.#isUniform) {
      const { sentMs, intendedMs } = arrival;
      const offMs = Math.abs(this.#evenMs(sentMs) - this.#evenMs(intendedMs));
      return this.#count(LAW_BINS, offMs * this.#wholePerMs);
    }
    const area = this.#area + this.#perMs * this.#evenMs(arrival.sentMs);
    this.#count(0, area - this.#lastArea);
    this.#lastArea = area;
  }

  /** An arrival was not sent; the next gap begins here, as the process has no memory. */
  missed(arrival: HandledArrival, nowMs: number): void {
    this.#handled(arrival);
    this.#lastArea = this.#area + this.#perMs * this.#evenMs(nowMs);
  }

  /** Milliseconds since the slot began, as they would be if its rate were constant. */
  #evenMs(atMs: number): number {
    const sinceMs = atMs - this.#slotMs;
    return this.#shape === null
      ? sinceMs
      : this.#shape.massAt(this.#slot, sinceMs / SLOT_MS) * SLOT_MS;
  }

  #handled({ lane }: HandledArrival): void {
    this.#cells[this.#minute + lane]!++;
  }

  #count(first: number, gap: number): void {
    const step = gap > 0 ? (gap * STEPS_PER_GAP) | 0 : 0;
    const bin = gap < GAP_MAX ? BIN_OF_STEP[step]! : LAW_BINS - 1;
    this.#cells[this.#law + first + bin]!++;
  }
}
