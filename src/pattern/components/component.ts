import type { Control } from "../events.ts";
import type { BasePattern, Phase } from "../types.ts";

/** A component of one pattern: pure functions of slot and control state. */
export interface OpenComponent {
  /** The pattern does not have it: nobody need ask. */
  readonly isAbsent?: true;
  /** The factor at the middle of a slot; 1 = no effect. */
  factorAt(slot: number, control: Control): number;
  /** Requests a second that it adds behind its factor; absent = it only multiplies. */
  addedAt?(slot: number, control: Control): number;
  /** The phase that it gives to a slot; without it, or null: none. */
  phaseAt?(slot: number, control: Control): Phase | null;
  /** Why the factor is what it is, in some words and without a full stop. */
  why(slot: number, control: Control): string;
  /**
   * Instants at which something begins that a forecast names, within
   * [fromMs, toMs), in order; of more than `countMax` at least so many.
   */
  startsBetween?(fromMs: number, toMs: number, countMax?: number): number[];
}

/**
 * One factor of the rate: a row of `COMPONENTS`. `Spec` is the key that it adds
 * to every pattern, if any.
 */
export interface Component<
  Name extends string,
  IsPlanned extends boolean,
  Spec = unknown,
> {
  /** Its name in forecasts, in their CSV, and in `kar explain`. */
  readonly name: Name;
  /** Whether the plan alone decides it; the others are an operator's or the breaker's. */
  readonly isPlanned: IsPlanned;
  /** @param before the same component of the pattern before, whose tables may be shared */
  open(pattern: BasePattern & Spec, before?: OpenBefore): OpenComponent;
}

/** What a component was before a reload. */
export interface OpenBefore {
  readonly pattern: BasePattern;
  readonly opened: OpenComponent;
}

/** A component that a pattern does not have. */
export function absent(why: string): OpenComponent {
  return { isAbsent: true, factorAt: () => 1, why: () => why };
}
