import { SLOT_MS } from "../base/mod.ts";
import { Area, type AreaPoint } from "./area.ts";
import {
  COMPONENTS,
  type FactorName,
  type Factors,
  gateOf,
  type OpenComponent,
  type Pattern,
} from "./components/mod.ts";
import type { Control, EventHistory, EventLog } from "./events.ts";
import { type Phase, PHASES } from "./types.ts";

/** The rate of one slot, and what it is made of. */
export interface RateParts extends Factors {
  /** Requests per second, within [0, max]. */
  readonly rate: number;
  readonly phase: Phase;
}

/** Why a slot has the rate that it has. */
export interface Explanation {
  /** The middle of the slot, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Requests per second. */
  readonly rate: number;
  readonly phase: Phase;
  readonly base: number;
  readonly max: number;
  /** Whether an operator's base or max is in force. */
  readonly isBaseSet: boolean;
  readonly isMaxSet: boolean;
  /** In the order in which they are multiplied. */
  readonly factors: readonly {
    readonly name: FactorName;
    readonly value: number;
    readonly why: string;
  }[];
}

/**
 * One pattern's rate, as a function of slot and control state:
 *
 *   rate = clamp(base × the factors of all components, 0, max)
 *
 * taken at the middle of the slot and constant inside it. The caches inside
 * only remember; any slot can be asked in any order with the same answer.
 */
export class RateCurve {
  readonly #pattern: Pattern;
  readonly #components: readonly OpenComponent[];

  /** @param before another curve, whose tables are shared where they are the same */
  constructor(pattern: Pattern, before?: RateCurve) {
    this.#pattern = pattern;
    this.#components = COMPONENTS.map((component, i) =>
      component.open(
        pattern,
        before && { pattern: before.#pattern, opened: before.#components[i]! },
      )
    );
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number, control: Control): RateParts {
    const factors = {} as Record<FactorName, number>;
    let rate = this.#base(control);
    let phase = isChanged(control) ? 0 : BASELINE;
    for (let i = 0; i < COMPONENTS.length; i++) {
      const component = this.#components[i]!;
      const factor = component.factorAt(slot, control);
      factors[COMPONENTS[i]!.name] = factor;
      rate *= factor;
      const given = component.phaseAt?.(slot, control) ?? null;
      if (given !== null) phase = Math.min(phase, PHASES.indexOf(given));
    }
    return {
      ...factors,
      rate: Math.min(Math.max(rate, 0), this.#max(control)),
      phase: PHASES[phase]!,
    };
  }

  /** Why a slot has its rate. */
  explainAt(slot: number, control: Control): Explanation {
    const parts = this.partsAt(slot, control);
    return {
      timeMs: (slot + 0.5) * SLOT_MS,
      rate: parts.rate,
      phase: parts.phase,
      base: this.#base(control),
      max: this.#max(control),
      isBaseSet: !Number.isNaN(control.base),
      isMaxSet: !Number.isNaN(control.max),
      factors: COMPONENTS.map(({ name }, i) => ({
        name,
        value: parts[name],
        why: this.#components[i]!.why(slot, control),
      })),
    };
  }

  /** Starts of the random spikes within [fromMs, toMs); of more than `countMax` at least so many. */
  spikesBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    return this.#components.flatMap((component) =>
      component.startsBetween?.(fromMs, toMs, countMax) ?? []
    );
  }

  #base({ base }: Control): number {
    return Number.isNaN(base) ? this.#pattern.base : base;
  }

  #max({ max }: Control): number {
    return Number.isNaN(max) ? this.#pattern.max : max;
  }
}

const BASELINE = PHASES.indexOf("baseline");

/** Whether an operator's base or max is in force: phase `manual`, the first of all. */
function isChanged({ base, max }: Control): boolean {
  return !Number.isNaN(base) || !Number.isNaN(max);
}

/** What another thread or process needs to go on with the same traffic. */
export interface TrafficHistory extends EventHistory {
  /** The area under the rate up to a slot at or before the first change; null = to be summed. */
  readonly area: AreaPoint | null;
}

/** The traffic of a run: its patterns, joined with its events. */
export class Traffic {
  /** By the numbers that `plan` events have. */
  readonly #curves = new Map<number, RateCurve>();
  #last: RateCurve | undefined;
  /** Summed as far as events were forgotten. */
  #area: Area;

  /**
   * @param patterns by the numbers that `plan` events have
   * @param area as far as another traffic had summed it
   */
  constructor(
    patterns: ReadonlyMap<number, Pattern> | readonly Pattern[],
    readonly events: EventLog,
    area: AreaPoint | null = null,
  ) {
    this.#area = this.newArea(area);
    for (const [number, pattern] of patterns.entries()) {
      this.addPattern(number, pattern);
    }
  }

  /** Takes one more pattern, for `plan` events of a number. */
  addPattern(number: number, pattern: Pattern): void {
    this.#last = new RateCurve(pattern, this.#last);
    this.#curves.set(number, this.#last);
  }

  /** The plan of the first slot that can be asked for. */
  get firstPlan(): number {
    return this.events.firstPlan;
  }

  /** The area under the rate, as far as it is settled; another one after a leap. */
  get area(): Area {
    return this.#area;
  }

  /** Another one that goes on from there by itself. */
  newArea(from: AreaPoint | null = this.#area.point): Area {
    return new Area((slot) => this.rateAt(slot), from);
  }

  /** All that is known, to start another traffic from. */
  history(): TrafficHistory {
    return { ...this.events.history(), area: this.#area.point };
  }

  /** Moves everything because plan time jumped; see `EventLog.rebase`. */
  rebase(from: number, to: number): void {
    this.events.rebase(from, to);
    this.#area = this.newArea(null);
  }

  /** Sums the area before a slot, and forgets what lies there. */
  settleBefore(slot: number): void {
    this.#area.before(slot);
    this.foldBefore(slot);
  }

  /** Forgets events before a slot, and patterns that only they needed. */
  foldBefore(slot: number): void {
    this.events.foldBefore(slot);
    for (const number of this.#curves.keys()) {
      if (number < this.firstPlan) this.#curves.delete(number);
    }
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number): RateParts {
    const control = this.events.at(slot);
    return this.#curves.get(control.plan)!.partsAt(slot, control);
  }

  /** Why a slot has its rate. */
  explainAt(slot: number): Explanation {
    const control = this.events.at(slot);
    return this.#curves.get(control.plan)!.explainAt(slot, control);
  }

  /** The rate of a slot. Where nothing can be sent that costs next to nothing. */
  rateAt(slot: number): number {
    return gateOf(this.events.at(slot)) === 0 ? 0 : this.partsAt(slot).rate;
  }

  /** The rate that a slot has when the circuit breaker holds nothing back. */
  fullRateAt(slot: number): number {
    const control = { ...this.events.at(slot), level: 1 };
    return this.#curves.get(control.plan)!.partsAt(slot, control).rate;
  }

  /**
   * Starts of random spikes within [fromMs, toMs), by the pattern that holds at
   * `fromMs`; of more than `countMax` at least so many.
   */
  spikesBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    const control = this.events.at(Math.floor(fromMs / SLOT_MS));
    const curve = this.#curves.get(control.plan)!;
    return curve.spikesBetween(fromMs, toMs, countMax);
  }
}
