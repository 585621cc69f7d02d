import { SLOT_MS } from "../base/mod.ts";
import {
  COMPONENTS,
  type FactorName,
  type Factors,
  type OpenComponent,
  type Pattern,
  scenarioIndexAt,
} from "./components/mod.ts";
import type { Control } from "./events.ts";
import { type DirectedShare, Directions, UNDIRECTED } from "./directed.ts";
import { firstPhase, isIrregular, type Phase } from "./types.ts";

/** The rate of one slot, and what it is made of. */
export interface RateParts extends Factors {
  /** Requests per second, within [0, max]. */
  readonly rate: number;
  /** The same, not cut to `max`. */
  readonly wanted: number;
  readonly phase: Phase;
  /** Index of the pattern's scenario; −1 = none. */
  readonly scenarioIndex: number;
}

/** Least disturbance of a slot that an irregularity names. */
const DISTURBED_MIN = 1 + 1e-6;

/** What a spike or an irregularity multiplies the rate by; 1 = none is under way. */
export function disturbanceOf({ phase, spike, irregular }: RateParts): number {
  return isIrregular(phase) ? Math.max(spike, irregular, DISTURBED_MIN) : spike;
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
  /** What holds outside of all scenarios, and behind it one for each. */
  readonly #stretches: readonly PlanStretch[];
  /** null = there are no irregularities. */
  readonly #directions: Directions | null;

  /** @param before another curve, whose tables are shared where they are the same */
  constructor(pattern: Pattern, before?: RateCurve) {
    this.#pattern = pattern;
    this.#directions = pattern.irregular === undefined
      ? null
      : new Directions(pattern);
    this.#stretches = patternsOf(pattern).map((own, i) =>
      openStretch(own, before && before.#stretches[i])
    );
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number, control: Control): RateParts {
    const scenario = this.#scenarioAt(slot, control);
    const { pattern, present } = this.#stretches[1 + scenario]!;
    const parts: Writable<RateParts> = {
      ...UNCHANGED,
      scenarioIndex: scenario,
    };
    let rate = this.#base(control);
    let phase: Phase = isChanged(control) ? "manual" : "baseline";
    for (const { name, component } of present) {
      const before = rate;
      const factor = component.factorAt(slot, control);
      rate *= factor;
      if (component.addedAt === undefined) parts[name] = factor;
      else {
        rate += component.addedAt(slot, control);
        if (before > 0) parts[name] = rate / before;
      }
      const given = component.phaseAt?.(slot, control) ?? null;
      if (given !== null) phase = firstPhase(phase, given);
    }
    parts.wanted = Math.max(rate, 0);
    parts.rate = Math.min(parts.wanted, maxOf(pattern, control));
    parts.phase = phase;
    return parts;
  }

  /** Which parts of a slot's arrivals irregularities send where. */
  directedAt(slot: number, control: Control): readonly DirectedShare[] {
    if (this.#directions === null) return UNDIRECTED;
    const parts = this.partsAt(slot, control);
    let before = this.#base(control);
    for (const { name } of COMPONENTS) {
      if (name === "irregular") break;
      before *= parts[name];
    }
    const behind = before > 0
      ? before * parts.irregular
      : this.#addedAt(slot, control);
    return this.#directions.at(slot, { before, behind });
  }

  #addedAt(slot: number, control: Control): number {
    const place = COMPONENTS.findIndex(({ name }) => name === "irregular");
    return this.#stretches[0]!.components[place]!.addedAt?.(slot, control) ?? 0;
  }

  /** Why a slot has its rate. */
  explainAt(slot: number, control: Control): Explanation {
    const parts = this.partsAt(slot, control);
    const { pattern, components } = this.#stretches[1 + parts.scenarioIndex]!;
    return {
      timeMs: (slot + 0.5) * SLOT_MS,
      rate: parts.rate,
      phase: parts.phase,
      base: this.#base(control),
      max: maxOf(pattern, control),
      isBaseSet: !Number.isNaN(control.base),
      isMaxSet: !Number.isNaN(control.max),
      factors: COMPONENTS.map(({ name }, i) => ({
        name,
        value: parts[name],
        why: components[i]!.why(slot, control),
      })),
    };
  }

  /** Starts of the random spikes within a span; of more than `countMax` at least so many. */
  spikesBetween(
    { fromMs, toMs, countMax }: SpikeSpan,
    control: Control,
  ): number[] {
    let found: number[] = [];
    let begin = fromMs;
    while (begin < toMs && found.length <= (countMax ?? Infinity)) {
      const slot = Math.floor(begin / SLOT_MS);
      const { components } = this.#stretches[
        1 + this.#scenarioAt(slot, control)
      ]!;
      const end = Math.min(toMs, this.#changeAfter(slot, control));
      found = found.concat(
        components.flatMap((component) =>
          component.startsBetween?.(begin, end, countMax) ?? []
        ),
      );
      begin = end;
    }
    return found;
  }

  #scenarioAt(slot: number, { firedSlot }: Control): number {
    const { scenarios } = this.#pattern;
    return scenarios === undefined
      ? -1
      : scenarioIndexAt(scenarios, slot, firedSlot);
  }

  /** The instant after a slot's begin at which another scenario may begin. */
  #changeAfter(slot: number, { firedSlot }: Control): number {
    let edge = firedSlot ?? Infinity;
    for (const { durationMs } of this.#pattern.scenarios ?? []) {
      if (edge > slot) break;
      edge += durationMs / SLOT_MS;
    }
    return edge > slot ? edge * SLOT_MS : Infinity;
  }

  #base({ base }: Control): number {
    return Number.isNaN(base) ? this.#pattern.base : base;
  }
}

/** A stretch of time: the pattern that holds in it, and its components. */
interface PlanStretch {
  readonly pattern: Pattern;
  readonly components: readonly OpenComponent[];
  /** Those of them that the pattern has, in their order. */
  readonly present: readonly PresentComponent[];
}

interface PresentComponent {
  readonly name: FactorName;
  readonly component: OpenComponent;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a slot has where nothing changes its rate. */
const UNCHANGED: RateParts = {
  ...Object.fromEntries(COMPONENTS.map(({ name }) => [name, 1])) as Factors,
  ...{ rate: 0, wanted: 0, phase: "baseline", scenarioIndex: -1 },
};

/** A span whose spikes are asked for. */
export interface SpikeSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly countMax?: number | undefined;
}

/** The pattern outside of all scenarios, and that of each. */
function patternsOf(pattern: Pattern): Pattern[] {
  const own = (pattern.scenarios ?? []).map(({ max, spikes, noise }) => ({
    ...pattern,
    max,
    spikes,
    noise,
  }));
  return [pattern, ...own];
}

function openStretch(pattern: Pattern, before?: PlanStretch): PlanStretch {
  const components = COMPONENTS.map((component, i) =>
    component.open(
      pattern,
      before &&
        { pattern: before.pattern, opened: before.components[i]! },
    )
  );
  const present = components.flatMap((component, i) =>
    component.isAbsent ? [] : [{ name: COMPONENTS[i]!.name, component }]
  );
  return { pattern, components, present };
}

function maxOf(pattern: Pattern, { max }: Control): number {
  return Number.isNaN(max) ? pattern.max : max;
}

/** Whether an operator's base or max is in force: phase `manual`, the first of all. */
function isChanged({ base, max }: Control): boolean {
  return !Number.isNaN(base) || !Number.isNaN(max);
}
