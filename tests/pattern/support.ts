/**
 * What tests of the pattern share: patterns to change, and a fired traffic.
 *
 * @module
 */
import {
  EventLog,
  type Pattern,
  type ScheduleRule,
  type SpikeSpec,
  Traffic,
} from "../../src/pattern/mod.ts";
import { SLOT_MS } from "../../src/base/mod.ts";

/** Every day of the week. */
export const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

/** 100/s and nothing else. */
export function patternWith(change: Partial<Pattern> = {}): Pattern {
  return {
    seed: 98,
    zone: "UTC",
    base: 100,
    max: 1e9,
    rampUpMs: 0,
    schedule: [],
    spikes: null,
    noise: null,
    ...change,
  };
}

/** A rule of every day with priority 0. */
export function ruleWith(change: Partial<ScheduleRule>): ScheduleRule {
  return { spans: [], days: ALL_DAYS, multiplier: 2, priority: 0, ...change };
}

/** Spikes as the default config has them. */
export function spikesWith(change: Partial<SpikeSpec> = {}): SpikeSpec {
  return {
    lambda: 0.1,
    factor: 3,
    minGapMs: null,
    maxGapMs: null,
    riseMs: 2000,
    decayMs: 5000,
    ...change,
  };
}

/** The traffic of a pattern fired at an instant. */
export function firedAt(pattern: Pattern, startMs: number): Traffic {
  const slot = Math.floor(startMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot, kind: "fire", value: 0, durationMs: 0 });
  return new Traffic([pattern], events);
}

/** Minutes since midnight. */
export function clock(text: string): number {
  const [hours, minutes] = text.split(":").map(Number);
  return hours! * 60 + minutes!;
}
