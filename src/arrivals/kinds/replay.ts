import { SLOT_MS } from "../../base/mod.ts";
import {
  copiesOf,
  type ReplaySpec,
  TraceCursor,
  type TraceReader,
} from "../../trace/mod.ts";
import { packArrival } from "../arrival.ts";
import type { ArrivalList } from "../list.ts";
import { LANES } from "../lanes.ts";

const SLOT_US = SLOT_MS * 1000;
const LAST_SHARE = 1 - 2 ** -40;

/** What a replay is made of. */
export interface ReplaySource {
  readonly reader: TraceReader;
  /** The slot at which the traffic was fired, as of a slot; null = it was not. */
  readonly firedSlotAt: (slot: number) => number | null;
}

/** A copy of the traffic, with its own place in the trace. */
interface OpenCopy {
  readonly shiftUs: number;
  readonly parts: number;
  readonly number: number;
  readonly cursor: TraceCursor;
}

/**
 * Arrivals at the instants of a trace:
 *
 *   plan time = fire + (t + loop · (span + mean gap) + copy · shift) / speed
 *
 * Which lane an arrival has is a hash of its number in the trace, so that any
 * number of workers, each reading all of it, sends the same list.
 */
export class ReplayLanes {
  readonly #spec: ReplaySpec;
  readonly #firedSlotAt: ReplaySource["firedSlotAt"];
  readonly #copies: readonly OpenCopy[];
  readonly #mine = new Uint8Array(LANES);
  /** The rate at which nothing is thinned. */
  readonly #base: number;

  constructor(
    spec: ReplaySpec,
    { lanes, base }: {
      readonly lanes: readonly number[];
      readonly base: number;
    },
    { reader, firedSlotAt }: ReplaySource,
  ) {
    this.#spec = spec;
    this.#base = base;
    this.#firedSlotAt = firedSlotAt;
    this.#copies = copiesOf(spec).map((copy, number) => ({
      ...copy,
      number,
      cursor: new TraceCursor(reader),
    }));
    for (const lane of lanes) this.#mine[lane] = 1;
  }

  /** Appends the arrivals of a slot, not yet in order. */
  appendSlot(slot: number, ratePerSec: number, list: ArrivalList): void {
    const fired = this.#firedSlotAt(slot);
    if (fired === null || slot < fired) return;
    // What an operator or the breaker lets through, as a share of the lanes' hashes.
    const share = this.#base > 0 ? ratePerSec / this.#base : 1;
    for (const copy of this.#copies) {
      this.#appendCopy(copy, { since: slot - fired, share }, list);
    }
  }

  #appendCopy(
    copy: OpenCopy,
    { since, share }: { readonly since: number; readonly share: number },
    list: ArrivalList,
  ): void {
    const { speed, loop, spanUs, gapUs } = this.#spec;
    const lengthUs = spanUs + gapUs;
    // The end of a slot is computed as the begin of the next one: none is in both.
    const fromUs = since * SLOT_US * speed - copy.shiftUs;
    const toUs = (since + 1) * SLOT_US * speed - copy.shiftUs;
    const first = Math.max(0, Math.floor(fromUs / lengthUs));
    const last = Math.min(loop - 1, Math.floor(toUs / lengthUs));
    for (let turn = first; turn <= last; turn++) {
      const beginUs = turn * lengthUs;
      const { cursor } = copy;
      cursor.seek(Math.max(0, fromUs - beginUs));
      for (; cursor.us + beginUs < toUs; cursor.next()) {
        const at = (cursor.us + beginUs - fromUs) / (toUs - fromUs);
        this.#push(copy, { at, share, turn }, list);
      }
    }
  }

  #push(
    { cursor, parts, number }: OpenCopy,
    { at, share, turn }: {
      readonly at: number;
      readonly share: number;
      readonly turn: number;
    },
    list: ArrivalList,
  ): void {
    if (cursor.part >= parts) return;
    const target = this.#spec.targets[cursor.form] ?? -1;
    if (target < 0) return;
    const hash = Math.imul(
      cursor.index + 0x9e37 * number + 0x79b9 * turn,
      2_654_435_761,
    ) >>> 0;
    const lane = hash >>> 24;
    if (this.#mine[lane] === 0) return;
    if (share < 1 && (hash & 0xffffff) >= share * 0x1000000) return;
    list.push(packArrival(Math.min(Math.max(0, at), LAST_SHARE), lane, target));
  }
}
