import { formatDuration, SLOT_MS, SLOTS_PER_SEC } from "../../base/mod.ts";
import type { NoiseSpec, SpikeSpec } from "../types.ts";
import type { Control } from "../events.ts";
import { absent, type Component } from "./component.ts";

/** Scenarios that a pattern can have. */
export const SCENARIOS_MAX = 16;

/** A pattern whose traffic has named stretches, one after the other from the fire on. */
export interface WithScenarios {
  readonly scenarios?: readonly ScenarioSpec[] | undefined;
}

/** A stretch of time with a name and a traffic of its own. Rates are requests per second. */
export interface ScenarioSpec {
  readonly name: string;
  /** A multiple of the length of a slot. */
  readonly durationMs: number;
  readonly base: number;
  readonly max: number;
  readonly spikes: SpikeSpec | null;
  readonly noise: NoiseSpec | null;
  /** What stands in the place of `base`, step by step; empty = nothing does. */
  readonly inject: readonly InjectStep[];
}

/** A part of a scenario whose base rate follows a curve. */
export type InjectStep =
  & { readonly durationMs: number }
  & (
    | { readonly kind: "constant"; readonly rate: number }
    | { readonly kind: "ramp"; readonly from: number; readonly to: number }
    | {
      readonly kind: "heaviside";
      readonly from: number;
      readonly to: number;
      readonly steepness: number;
    }
  );

/**
 * Which scenario a slot lies in: its index, or −1 before the fire, after the
 * last one, and where there are none.
 */
export function scenarioIndexAt(
  scenarios: readonly ScenarioSpec[],
  slot: number,
  firedSlot: number | null,
): number {
  if (firedSlot === null || slot < firedSlot) return -1;
  let slots = slot - firedSlot;
  for (let i = 0; i < scenarios.length; i++) {
    const length = scenarios[i]!.durationMs / SLOT_MS;
    if (slots < length) return i;
    slots -= length;
  }
  return -1;
}

/** Names of a pattern's scenarios, in their order. */
export function scenarioNames({ scenarios = [] }: WithScenarios): string[] {
  return scenarios.map(({ name }) => name);
}

/** The highest rate that a pattern may reach, requests per second. */
export function highestMax(
  { max, scenarios = [] }: WithScenarios & { readonly max: number },
): number {
  return Math.max(max, ...scenarios.map((scenario) => scenario.max));
}

/** How long all scenarios of a pattern take together, in milliseconds; null = it has none. */
export function scenariosMs({ scenarios }: WithScenarios): number | null {
  if (scenarios === undefined) return null;
  return scenarios.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/**
 * The base rate of a scenario at an instant since its begin, with t the time
 * since the begin of the step and D the step's length:
 *
 *   constant    rate
 *   ramp        from + (to − from) · t/D
 *   heaviside   from + (to − from) · (s(t/D) − s(0)) / (s(1) − s(0)),
 *               s(x) = 1 / (1 + e^(−k(x − ½))), k: steepness
 */
function injectedRate(
  { base, inject }: ScenarioSpec,
  sinceMs: number,
): number {
  let ms = sinceMs;
  for (const step of inject) {
    if (ms < step.durationMs) return rateIn(step, ms / step.durationMs);
    ms -= step.durationMs;
  }
  return base;
}

function rateIn(step: InjectStep, share: number): number {
  if (step.kind === "constant") return step.rate;
  const { from, to } = step;
  if (step.kind === "ramp") return from + (to - from) * share;
  const s = (x: number) => 1 / (1 + Math.exp(-step.steepness * (x - 0.5)));
  return from + (to - from) * (s(share) - s(0)) / (s(1) - s(0));
}

/**
 * Takes the rate from the plan's base to that of the scenario: its base rate
 * over the plan's. An operator's base counts as it is, whatever the scenario.
 */
export const scenario: Component<"scenario", true, WithScenarios> = {
  name: "scenario",
  isPlanned: true,
  open: ({ scenarios, base }) => {
    if (scenarios === undefined) return absent("no scenarios are configured");
    const at = (slot: number, { firedSlot }: Control) => {
      const index = scenarioIndexAt(scenarios, slot, firedSlot);
      if (index < 0) return null;
      const before = scenariosMs({ scenarios: scenarios.slice(0, index) })!;
      return {
        spec: scenarios[index]!,
        sinceMs: (slot - firedSlot! + 0.5) * SLOT_MS - before,
      };
    };
    return {
      factorAt: (slot, control) => {
        if (!Number.isNaN(control.base)) return 1;
        const here = at(slot, control);
        return here === null ? 1 : injectedRate(here.spec, here.sinceMs) / base;
      },
      why: (slot, control) => {
        const here = at(slot, control);
        if (here === null) {
          return control.firedSlot === null ? "not fired yet" : "all are over";
        }
        const { spec, sinceMs } = here;
        const since = Math.floor(sinceMs * SLOTS_PER_SEC / 1000) * SLOT_MS;
        const text = `"${spec.name}", ${formatDuration(since)} of ${
          formatDuration(spec.durationMs)
        }`;
        return Number.isNaN(control.base)
          ? text
          : `${text}; an operator's base stands in its place`;
      },
    };
  },
};
