import {
  draw,
  formatDuration,
  isoTime,
  SLOT_MS,
  type StreamKey,
  streamKey,
} from "../../base/mod.ts";
import type { Control, ManualSpike } from "../events.ts";
import { SpikeBlock } from "./spike_block.ts";
import { STREAM } from "../streams.ts";
import type { Phase, SpikeSpec } from "../types.ts";
import type { Component, OpenComponent } from "./component.ts";

const DAY_MS = 86_400_000;
/** A block holds at least this many of the longest gaps. */
const GAPS_PER_BLOCK = 64;
/** A draw has 53 bits: −ln(2^−53) = 36.7 means is the longest gap it can give. */
const MEANS_PER_GAP_MAX = 37;
/** Draws reserved for each block: more than the starts it can hold at the bound of lambda. */
const DRAWS_PER_BLOCK = 2 ** 24;
/** The decay covers three time constants. */
const DECAY_EXPONENT = 3;
const DECAY_FLOOR = Math.exp(-DECAY_EXPONENT);

/** The height of a spike at one instant. */
export interface SpikeLevel {
  /** The rate's multiplier; 1 = none. */
  readonly multiplier: number;
  /** Rising, or more than half of the excess left. */
  readonly high: boolean;
}

/** No spike. */
export const NO_SPIKE: SpikeLevel = { multiplier: 1, high: false };

/** The form of one spike. */
export interface SpikeShape {
  readonly factor: number;
  readonly riseMs: number;
  readonly decayMs: number;
}

/**
 * Height of a spike `ms` after its start: a linear rise, then a decay that
 * ends exactly at 1.
 *
 *   f ┤    ╱╲           rise   1 + (f−1)·t/rise
 *     │   ╱  ╲
 *     │  ╱    `·.       decay  1 + (f−1)·(e^(−3u) − e^(−3)) / (1 − e^(−3))
 *   1 ┼─╱        `───          u = (t − rise)/decay
 *     0   rise  rise+decay
 */
export function spikeAt(shape: SpikeShape, ms: number): SpikeLevel {
  const { factor, riseMs, decayMs } = shape;
  if (ms < 0 || ms >= riseMs + decayMs || factor === 1) return NO_SPIKE;
  const share = ms < riseMs ? ms / riseMs : decayShare((ms - riseMs) / decayMs);
  return {
    multiplier: 1 + (factor - 1) * share,
    high: ms < riseMs || share > 0.5,
  };
}

function decayShare(u: number): number {
  return (Math.exp(-DECAY_EXPONENT * u) - DECAY_FLOOR) / (1 - DECAY_FLOOR);
}

/** The larger of two levels: overlapping spikes do not add up. */
export function higher(a: SpikeLevel, b: SpikeLevel): SpikeLevel {
  return b.multiplier > a.multiplier ? b : a;
}

/**
 * Gap between two starts: exponential with mean 1/lambda, truncated to
 * [min, max] by inverse transform, since clamping would pile starts up on the
 * bounds.
 *
 *   F(x) = (1 − e^(−λ(x−a))) / (1 − e^(−λ(b−a)))   for a ≤ x ≤ b
 *   x    = a − ln(1 − u·(1 − e^(−λ(b−a)))) / λ
 *
 * @param u a draw from [0, 1)
 * @returns milliseconds
 */
export function gapMs(spec: SpikeSpec, u: number): number {
  const perMs = spec.lambda / 1000;
  const min = spec.minGapMs ?? 0;
  const span = spec.maxGapMs === null ? Infinity : spec.maxGapMs - min;
  return min - Math.log1p(u * Math.expm1(-perMs * span)) / perMs;
}

/** The longest gap that bounds make possible; 0 without bounds, where restarting costs nothing. */
function longestGapMs(spec: SpikeSpec): number {
  if (spec.minGapMs === null && spec.maxGapMs === null) return 0;
  const drawn = (spec.minGapMs ?? 0) + MEANS_PER_GAP_MAX * 1000 / spec.lambda;
  return Math.min(spec.maxGapMs ?? Infinity, drawn);
}

/**
 * The train of random spikes. It starts anew in each block of time, so that
 * any instant is computed from its block and the one before.
 */
export class Spikes {
  readonly #spec: SpikeSpec;
  readonly #key: StreamKey;
  readonly #blockMs: number;
  readonly #spanMs: number;
  /** The two blocks looked at last. */
  #recent: { readonly number: number; readonly block: SpikeBlock }[] = [];

  constructor(spec: SpikeSpec, seed: number) {
    this.#spec = spec;
    this.#key = streamKey(seed, STREAM.spikeGap);
    this.#blockMs = Math.max(DAY_MS, GAPS_PER_BLOCK * longestGapMs(spec));
    this.#spanMs = spec.riseMs + spec.decayMs;
  }

  /** The highest spike at an instant, milliseconds since the epoch. */
  at(ms: number): SpikeLevel {
    const number = Math.floor(ms / this.#blockMs);
    let level = this.#levelIn(number, ms);
    // A spike of the block before may still be on its way down.
    if (ms - this.#spanMs < number * this.#blockMs) {
      level = higher(level, this.#levelIn(number - 1, ms));
    }
    return level;
  }

  /**
   * Starts within [fromMs, toMs), milliseconds since the epoch, in order; of
   * more than `countMax` at least so many.
   */
  startsBetween(fromMs: number, toMs: number, countMax = Infinity): number[] {
    const starts: number[] = [];
    const last = Math.floor(toMs / this.#blockMs);
    let n = Math.floor(fromMs / this.#blockMs);
    for (; n <= last && starts.length <= countMax; n++) {
      const block = this.#block(n);
      const end = block.countUpTo(toMs);
      for (let i = block.countUpTo(fromMs); i < end; i++) {
        starts.push(block.start(i));
      }
    }
    return starts;
  }

  /**
   * The highest of a block's spikes at an instant. All have one shape: of
   * those that rise the oldest is the highest, of those that fall the newest.
   */
  #levelIn(number: number, ms: number): SpikeLevel {
    const block = this.#block(number);
    const falling = block.countAged(ms, this.#spec.riseMs);
    const levelOf = (i: number) => spikeAt(this.#spec, ms - block.start(i));
    const rising = falling < block.countAged(ms, 0)
      ? levelOf(falling)
      : NO_SPIKE;
    return falling === 0 ? rising : higher(rising, levelOf(falling - 1));
  }

  #block(number: number): SpikeBlock {
    const known = this.#recent.find((entry) => entry.number === number);
    if (known !== undefined) return known.block;
    const first = number * DRAWS_PER_BLOCK;
    const block = new SpikeBlock({
      fromMs: number * this.#blockMs,
      toMs: (number + 1) * this.#blockMs,
      countMax: DRAWS_PER_BLOCK,
      gapMs: (k) =>
        gapMs(this.#spec, draw(this.#key.a, this.#key.b, first + k)),
    });
    this.#recent = [{ number, block }, ...this.#recent.slice(0, 1)];
    return block;
  }
}

/** A spike of its own shape that began at an instant, milliseconds since the epoch. */
interface DatedSpike extends SpikeShape {
  readonly startMs: number;
}

/** A third of a manual spike rises, two thirds fall. */
function dated({ slot, factor, durationMs }: ManualSpike): DatedSpike {
  const riseMs = durationMs / 3;
  const decayMs = durationMs - riseMs;
  return { startMs: slot * SLOT_MS, factor, riseMs, decayMs };
}

/** The highest of some spikes at an instant; undefined where none is under way. */
function highest(
  spikes: readonly DatedSpike[],
  ms: number,
): { readonly spike: DatedSpike; readonly height: number } | undefined {
  let found;
  for (const spike of spikes) {
    const height = spikeAt(spike, ms - spike.startMs).multiplier;
    if (height > (found?.height ?? 1)) found = { spike, height };
  }
  return found;
}

/** The height of the operators' spikes at the middle of a slot; 1 = none. */
function manualAt(slot: number, spikes: readonly ManualSpike[]): number {
  if (spikes.length === 0) return 1;
  return highest(spikes.map(dated), (slot + 0.5) * SLOT_MS)?.height ?? 1;
}

function spikeText(spike: DatedSpike, ms: number): string {
  const { startMs, factor, riseMs, decayMs } = spike;
  const way = ms < startMs + riseMs ? "rising to" : "falling from";
  const restMs = Math.round((startMs + riseMs + decayMs - ms) / 100) * 100;
  return `began at ${isoTime(startMs)}, ${way} ×${factor}, over in ${
    formatDuration(restMs)
  }`;
}

/** Random spikes and those that operators ask for; the higher one holds. */
export const spikes: Component<"spike", true> = {
  name: "spike",
  isPlanned: true,
  open: ({ spikes: spec, seed }) =>
    new OpenSpikes(spec, spec && new Spikes(spec, seed)),
};

class OpenSpikes implements OpenComponent {
  readonly #spec: SpikeSpec | null;
  readonly #random: Spikes | null;
  /** The slot asked for last: its factor and its phase are asked one after the other. */
  #slot = NaN;
  #level = NO_SPIKE;

  constructor(spec: SpikeSpec | null, random: Spikes | null) {
    this.#spec = spec;
    this.#random = random;
  }

  factorAt(slot: number, control: Control): number {
    return Math.max(
      this.#randomAt(slot).multiplier,
      manualAt(slot, control.spikes),
    );
  }

  phaseAt(slot: number, control: Control): Phase | null {
    if (manualAt(slot, control.spikes) > 1) return "manual";
    const { multiplier, high } = this.#randomAt(slot);
    if (multiplier === 1) return null;
    return high ? "spike" : "recovery";
  }

  why(slot: number, control: Control): string {
    const ms = (slot + 0.5) * SLOT_MS;
    const random = highest(this.#recent(ms), ms);
    const manual = highest(control.spikes.map(dated), ms);
    if (manual !== undefined && manual.height > (random?.height ?? 1)) {
      return `an operator's spike ${spikeText(manual.spike, ms)}`;
    }
    if (random !== undefined) {
      return `a random spike ${spikeText(random.spike, ms)}`;
    }
    return this.#spec === null
      ? "no spikes are configured"
      : "no spike is under way";
  }

  startsBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    return this.#random?.startsBetween(fromMs, toMs, countMax) ?? [];
  }

  #randomAt(slot: number): SpikeLevel {
    if (slot !== this.#slot) {
      this.#slot = slot;
      this.#level = this.#random?.at((slot + 0.5) * SLOT_MS) ?? NO_SPIKE;
    }
    return this.#level;
  }

  /** Random spikes that may be under way. */
  #recent(ms: number): DatedSpike[] {
    if (this.#spec === null) return [];
    const { riseMs, decayMs } = this.#spec;
    return this.startsBetween(ms - riseMs - decayMs, ms + 1)
      .map((startMs) => ({ ...this.#spec!, startMs }));
  }
}
