import { KarError, unreachable } from "../base/mod.ts";

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

/** What all events up to a slot come to. */
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
const MANUAL_SPIKES_MAX = 16;
/** Events that a log holds beside its base state. */
export const EVENTS_MAX = 1000;
/** Beyond them, those of the breaker alone: however busy operators are, it can act. */
export const LEVELS_SPARE = 100;

/** The state after one more event. */
export function applyEvent(control: Control, event: TrafficEvent): Control {
  switch (event.kind) {
    case "fire":
      return { ...control, firedSlot: event.slot, paused: false };
    case "pause":
      return { ...control, paused: true };
    case "resume":
      // Whoever resumes wants the traffic, so it closes the breaker too.
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

/** A log in the form in which it is handed to a new worker. */
export interface EventHistory {
  readonly base: Control;
  readonly events: readonly TrafficEvent[];
}

/**
 * Events in the order of their slots, with the state after each. Old ones
 * fold into the base state; slots before the fold can no longer be asked.
 */
export class EventLog {
  #base: Control;
  #events: TrafficEvent[] = [];
  #states: Control[] = [];

  constructor(history: EventHistory = { base: ARMED, events: [] }) {
    this.#base = history.base;
    for (const event of history.events) this.append(event);
  }

  /**
   * Adds an event; its slot must not lie before the last one's.
   *
   * @throws {KarError} when `EVENTS_MAX` are held, and for a `level` when
   *   `LEVELS_SPARE` more are
   */
  append(event: TrafficEvent): void {
    const spare = event.kind === "level" ? LEVELS_SPARE : 0;
    if (this.#events.length >= EVENTS_MAX + spare) {
      throw new KarError(
        "cannotStart",
        `Cannot take another change: ${EVENTS_MAX} changes lie within the last hour; wait and send fewer`,
      );
    }
    const last = this.#events.at(-1);
    if (last !== undefined && event.slot < last.slot) {
      throw new RangeError(
        `Event at slot ${event.slot} lies before ${last.slot}`,
      );
    }
    this.#states.push(applyEvent(this.#states.at(-1) ?? this.#base, event));
    this.#events.push(event);
  }

  /** The plan that holds in the first slot that can be asked for. */
  get firstPlan(): number {
    return this.#base.plan;
  }

  /** The state that holds in a slot. */
  at(slot: number): Control {
    let i = this.#events.length - 1;
    while (i >= 0 && this.#events[i]!.slot > slot) i--;
    return i < 0 ? this.#base : this.#states[i]!;
  }

  /** Forgets what lies before a slot, keeping what it came to. */
  foldBefore(slot: number): void {
    let n = 0;
    while (n < this.#events.length && this.#events[n]!.slot < slot) n++;
    if (n === 0) return;
    this.#base = this.#states[n - 1]!;
    this.#events = this.#events.slice(n);
    this.#states = this.#states.slice(n);
  }

  /**
   * Moves everything from slot `from` to slot `to`, because plan time jumped:
   * what holds at `from` holds at `to` and before it, ramp and manual spikes
   * go on where they were, and events ahead stay as far ahead.
   */
  rebase(from: number, to: number): void {
    const shift = to - from;
    this.foldBefore(from);
    const ahead = this.#events.map((e) => ({ ...e, slot: e.slot + shift }));
    this.#base = shifted(this.#base, shift);
    this.#events = [];
    this.#states = [];
    for (const event of ahead) this.append(event);
  }

  /** A copy to start another log from. */
  history(): EventHistory {
    return { base: this.#base, events: [...this.#events] };
  }
}
