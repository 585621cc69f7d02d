import { SLOT_MS } from "../base/mod.ts";
import type { Control, EventLog, ManualSpike } from "./events.ts";
import { Noise } from "./noise.ts";
import { Schedule } from "./schedule.ts";
import {
  higher,
  NO_SPIKE,
  spikeAt,
  type SpikeLevel,
  Spikes,
} from "./spikes.ts";
import type { Pattern, Phase, RateParts } from "./types.ts";

/**
 * One pattern's rate, as a function of slot and control state:
 *
 *   rate = clamp(base × ramp × schedule × max(spikes, manual spike)
 *                × (1 + noise) × scale × gate, 0, max)
 *
 * taken at the middle of the slot and constant inside it. The caches inside
 * only remember; any slot can be asked in any order with the same answer.
 */
export class RateCurve {
  readonly #pattern: Pattern;
  readonly #schedule: Schedule;
  readonly #spikes: Spikes | null;
  readonly #noise: Noise | null;

  /** @param before another curve, whose schedule is shared when it is the same */
  constructor(pattern: Pattern, before?: RateCurve) {
    this.#pattern = pattern;
    this.#schedule =
      before !== undefined && isSameWeek(before.#pattern, pattern)
        ? before.#schedule
        : new Schedule(pattern.schedule, pattern.zone);
    this.#spikes = pattern.spikes && new Spikes(pattern.spikes, pattern.seed);
    this.#noise = pattern.noise && new Noise(pattern.noise, pattern.seed);
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number, control: Control): RateParts {
    const midMs = (slot + 0.5) * SLOT_MS;
    const auto = this.#spikes?.at(midMs) ?? NO_SPIKE;
    const manual = manualSpike(control.spikes, midMs);
    const spike = higher(auto, manual);
    const factors = {
      ramp: rampAt(this.#pattern.rampUpMs, control.firedSlot, midMs),
      schedule: this.#schedule.at(slot),
      spike: spike.multiplier,
      noise: this.#noise?.at(midMs / 1000) ?? 1,
      scale: control.scale,
      gate: gateOf(control),
    };
    const rate = this.#clamped(factors, control);
    return {
      ...factors,
      rate,
      phase: phaseOf(control, factors.ramp, { spike, manual }),
    };
  }

  /** Starts of the random spikes within [fromMs, toMs); of more than `countMax` at least so many. */
  spikesBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    return this.#spikes?.startsBetween(fromMs, toMs, countMax) ?? [];
  }

  #clamped(f: Omit<RateParts, "rate" | "phase">, control: Control): number {
    const base = Number.isNaN(control.base) ? this.#pattern.base : control.base;
    const max = Number.isNaN(control.max) ? this.#pattern.max : control.max;
    const rate = base * f.ramp * f.schedule * f.spike * f.noise * f.scale *
      f.gate;
    return Math.min(Math.max(rate, 0), max);
  }
}

/** Whether two patterns have one schedule, whose table is worth having once. */
function isSameWeek(a: Pattern, b: Pattern): boolean {
  return a.zone === b.zone &&
    JSON.stringify(a.schedule) === JSON.stringify(b.schedule);
}

function manualSpike(spikes: readonly ManualSpike[], ms: number): SpikeLevel {
  let level = NO_SPIKE;
  for (const { slot, factor, durationMs } of spikes) {
    // A third up, two thirds down.
    const riseMs = durationMs / 3;
    const shape = { factor, riseMs, decayMs: durationMs - riseMs };
    level = higher(level, spikeAt(shape, ms - slot * SLOT_MS));
  }
  return level;
}

/** Linear from 0 to 1 after `fire`. */
function rampAt(
  rampUpMs: number,
  firedSlot: number | null,
  ms: number,
): number {
  if (firedSlot === null || rampUpMs === 0) return 1;
  return Math.min(1, Math.max(0, (ms - firedSlot * SLOT_MS) / rampUpMs));
}

function gateOf(control: Control): number {
  return control.firedSlot === null || control.paused ? 0 : control.level;
}

function phaseOf(
  control: Control,
  ramp: number,
  { spike, manual }: { spike: SpikeLevel; manual: SpikeLevel },
): Phase {
  if (isChanged(control) || manual.multiplier > 1) return "manual";
  if (ramp < 1) return "ramp";
  if (spike.multiplier > 1) return spike.high ? "spike" : "recovery";
  return "baseline";
}

/** Whether an operator's base, max or scale is in force. */
function isChanged(control: Control): boolean {
  return !Number.isNaN(control.base) || !Number.isNaN(control.max) ||
    control.scale !== 1;
}

/** The traffic of a run: its patterns, joined with its events. */
export class Traffic {
  /** By the numbers that `plan` events have; null = over, or never in force. */
  readonly #curves: (RateCurve | null)[] = [];
  #forgotten = 0;
  #last: RateCurve | undefined;

  /** @param patterns null = no slot that is still asked for needs it */
  constructor(
    patterns: readonly (Pattern | null)[],
    readonly events: EventLog,
  ) {
    for (const pattern of patterns) this.addPattern(pattern);
  }

  /** Takes one more pattern, for a later `plan` event; returns its index. */
  addPattern(pattern: Pattern | null): number {
    if (pattern === null) return this.#curves.push(null) - 1;
    this.#last = new RateCurve(pattern, this.#last);
    return this.#curves.push(this.#last) - 1;
  }

  /** The plan of the first slot that can be asked for. */
  get firstPlan(): number {
    return this.events.firstPlan;
  }

  /** Forgets events before a slot, and patterns that only they needed. */
  foldBefore(slot: number): void {
    this.events.foldBefore(slot);
    for (; this.#forgotten < this.firstPlan; this.#forgotten++) {
      this.#curves[this.#forgotten] = null;
    }
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number): RateParts {
    const control = this.events.at(slot);
    return this.#curves[control.plan]!.partsAt(slot, control);
  }

  /** The rate of a slot. Where nothing can be sent that costs next to nothing. */
  rateAt(slot: number): number {
    return gateOf(this.events.at(slot)) === 0 ? 0 : this.partsAt(slot).rate;
  }

  /** The rate that a slot has when the circuit breaker holds nothing back. */
  fullRateAt(slot: number): number {
    const control = { ...this.events.at(slot), level: 1 };
    return this.#curves[control.plan]!.partsAt(slot, control).rate;
  }

  /**
   * Starts of random spikes within [fromMs, toMs), by the pattern that holds at
   * `fromMs`; of more than `countMax` at least so many.
   */
  spikesBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    const control = this.events.at(Math.floor(fromMs / SLOT_MS));
    const curve = this.#curves[control.plan]!;
    return curve.spikesBetween(fromMs, toMs, countMax);
  }
}
