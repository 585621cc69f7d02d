import { unreachable } from "../base/mod.ts";

/**
 * Kinds of events: the only input of the traffic besides the plan. `base`,
 * `max`: NaN goes back to the plan's value. `level`: the breaker's share of
 * the traffic, 0–1. `plan`: index of the plan that holds from here.
 */
export const EVENT_KINDS = [
  "fire",
  "pause",
  "resume",
  "base",
  "max",
  "scale",
  "spike",
  "level",
  "plan",
] as const;

/** One of `EVENT_KINDS`. */
export type EventKind = typeof EVENT_KINDS[number];

/** A dated change. Numbers only, so that it fits in shared memory. */
export interface TrafficEvent {
  /** The first slot for which it holds. */
  readonly slot: number;
  readonly kind: EventKind;
  /** The new value; for `spike` its factor; otherwise 0. */
  readonly value: number;
  /** Length of a manual spike; otherwise 0. */
  readonly durationMs: number;
}

/** A spike that an operator asked for. */
export interface ManualSpike {
  readonly slot: number;
  readonly factor: number;
  readonly durationMs: number;
}

/** The state that all events up to a slot lead to. */
export interface Control {
  /** Slot of the last `fire`; null = armed. */
  readonly firedSlot: number | null;
  readonly paused: boolean;
  /** Operator's base and max rate, requests per second; NaN = the plan's. */
  readonly base: number;
  readonly max: number;
  /** Multiplies the rate; 1 = as planned. */
  readonly scale: number;
  /** Share of the traffic that the breaker lets through, 0–1. */
  readonly level: number;
  /** Number of the plan that holds. */
  readonly plan: number;
  readonly spikes: readonly ManualSpike[];
}

/** Before any event: ready, sending nothing. */
export const ARMED: Control = {
  firedSlot: null,
  paused: false,
  base: NaN,
  max: NaN,
  scale: 1,
  level: 1,
  plan: 0,
  spikes: [],
};

/** Manual spikes that may be in force at once; an older one gives way. */
export const MANUAL_SPIKES_MAX = 16;
/** Slots before the current one whose rate may still be asked: those of a worker that is lost. */
export const KEPT_SLOTS = 1000;
/**
 * Slots with a change that a log holds beside its base state. There is one for
 * each slot at most, so it is full only of slots that nobody needs any more,
 * and no change is ever refused for lack of room.
 */
export const CHANGES_MAX = KEPT_SLOTS + 200;

/** The state after one more event. */
export function applyEvent(control: Control, event: TrafficEvent): Control {
  switch (event.kind) {
    case "fire":
      return { ...control, firedSlot: event.slot, paused: false };
    case "pause":
      return { ...control, paused: true };
    case "resume":
      // A user who resumes wants the traffic, so it closes the breaker too.
      return { ...control, paused: false, level: 1 };
    case "base":
    case "max":
    case "scale":
    case "level":
    case "plan":
      return { ...control, [event.kind]: event.value };
    case "spike":
      return { ...control, spikes: withSpike(control.spikes, event) };
    default:
      return unreachable(event.kind);
  }
}

function withSpike(
  spikes: readonly ManualSpike[],
  event: TrafficEvent,
): ManualSpike[] {
  const { slot, value: factor, durationMs } = event;
  return [...spikes, { slot, factor, durationMs }].slice(-MANUAL_SPIKES_MAX);
}

function shifted(control: Control, shift: number): Control {
  return {
    ...control,
    firedSlot: control.firedSlot === null ? null : control.firedSlot + shift,
    spikes: control.spikes.map((s) => ({ ...s, slot: s.slot + shift })),
  };
}

/** What holds from a slot on. */
export interface Change {
  readonly slot: number;
  readonly control: Control;
}

/** A log in the form in which it is handed to a new worker. */
export interface EventHistory {
  readonly base: Control;
  /** In the order of their slots, one for each at most. */
  readonly changes: readonly Change[];
}

/**
 * The state that events lead to, slot by slot: those of one slot are one change. Old ones
 * fold into the base state; slots before the fold can no longer be asked.
 */
export class EventLog {
  #base: Control;
  #changes: Change[];

  constructor({ base, changes }: EventHistory = { base: ARMED, changes: [] }) {
    this.#base = base;
    this.#changes = [...changes];
  }

  /**
   * Adds an event.
   *
   * @throws {RangeError} when its slot lies before the last one's
   */
  append(event: TrafficEvent): void {
    const last = this.#changes.at(-1);
    const { slot } = event;
    if (last !== undefined && slot < last.slot) {
      throw new RangeError(`Event at slot ${slot} lies before ${last.slot}`);
    }
    const control = applyEvent(last?.control ?? this.#base, event);
    if (slot === last?.slot) this.#changes.pop();
    this.#changes.push({ slot, control });
    const excess = this.#changes.length - CHANGES_MAX;
    if (excess > 0) this.#fold(excess);
  }

  /** The plan that holds in the first slot that can be asked for. */
  get firstPlan(): number {
    return this.#base.plan;
  }

  /** The state that holds in a slot. */
  at(slot: number): Control {
    let i = this.#changes.length - 1;
    while (i >= 0 && this.#changes[i]!.slot > slot) i--;
    return i < 0 ? this.#base : this.#changes[i]!.control;
  }

  /** Forgets what lies before a slot, keeping what it came to. */
  foldBefore(slot: number): void {
    let n = 0;
    while (n < this.#changes.length && this.#changes[n]!.slot < slot) n++;
    if (n > 0) this.#fold(n);
  }

  /**
   * Moves everything from slot `from` to slot `to`, because plan time jumped:
   * what holds at `from` holds at `to` and before it, ramp and manual spikes
   * go on where they were, and changes ahead stay as far ahead.
   */
  rebase(from: number, to: number): void {
    const shift = to - from;
    this.foldBefore(from);
    this.#base = shifted(this.#base, shift);
    this.#changes = this.#changes.map(({ slot, control }) => ({
      slot: slot + shift,
      control: shifted(control, shift),
    }));
  }

  /** A copy to start another log from. */
  history(): EventHistory {
    return { base: this.#base, changes: [...this.#changes] };
  }

  #fold(count: number): void {
    this.#base = this.#changes[count - 1]!.control;
    this.#changes = this.#changes.slice(count);
  }
}
