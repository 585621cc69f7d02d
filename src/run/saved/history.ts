import { SLOTS_PER_HOUR, type Untrusted } from "../../base/mod.ts";
import {
  type AreaPoint,
  type Change,
  CHANGES_MAX,
  type Control,
  EVENT_KINDS,
  EventLog,
  isWithin,
  MANUAL_SPIKES_MAX,
  type ManualSpike,
  RATE_MAX,
  SETTINGS,
  SPIKE_FACTOR,
  SPIKE_MS,
  type TrafficEvent,
  type TrafficHistory,
} from "../../pattern/mod.ts";

/** Numbers that may be NaN, for the plan's value, are null in JSON. */
interface SavedControl extends Omit<Control, "base" | "max"> {
  readonly base: number | null;
  readonly max: number | null;
}

/** What operators had changed of the plan, as plain JSON. */
export interface SavedHistory {
  readonly base: SavedControl;
  readonly changes: readonly {
    readonly slot: number;
    readonly control: SavedControl;
  }[];
  readonly area: AreaPoint | null;
}

/** Changes that an earlier version kept, one by one. */
const EVENTS_MAX = 1100;

/** Turns a history into plain JSON; the successor begins with one plan, and at one level. */
export function saveHistory(
  { base, changes, area }: TrafficHistory,
  level: number,
): SavedHistory {
  const saved = (control: Control): SavedControl => ({
    ...control,
    base: numberOrNull(control.base),
    max: numberOrNull(control.max),
    plan: 0,
    level,
  });
  return {
    base: saved(base),
    changes: changes.map(({ slot, control }) => ({
      slot,
      control: saved(control),
    })),
    area,
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/**
 * A saved history; every change in it is one that could have been made.
 *
 * @param lastSlot no change had a later date when it was saved
 * @throws {Unfit} for anything else
 */
export function readHistory(
  history: Untrusted,
  lastSlot: number,
): TrafficHistory {
  const base = readControl(history.at("base"), lastSlot);
  const area = history.has("area")
    ? history.at("area").orNull((point) => readArea(point, lastSlot))
    : null;
  const changes = history.has("events")
    ? readEvents(history.at("events"), base, lastSlot)
    : readChanges(history.at("changes"), lastSlot);
  return { base, changes, area };
}

function readControl(control: Untrusted, lastSlot: number): Control {
  const setting = (key: "base" | "max") => {
    const { min, max } = SETTINGS[key];
    return control.at(key).orNull((value) => value.number(min, max)) ?? NaN;
  };
  const { scale } = SETTINGS;
  return {
    firedSlot: control.at("firedSlot").orNull((slot) =>
      slot.whole(-lastSlot, lastSlot)
    ),
    paused: control.at("paused").flag(),
    base: setting("base"),
    max: setting("max"),
    scale: control.at("scale").number(scale.min, scale.max),
    level: control.at("level").number(0, 1),
    plan: control.at("plan").whole(0, 0),
    spikes: control.at("spikes").items(MANUAL_SPIKES_MAX).map((spike) =>
      readSpike(spike, lastSlot)
    ),
  };
}

function readSpike(spike: Untrusted, lastSlot: number): ManualSpike {
  return {
    slot: spike.at("slot").whole(-lastSlot, lastSlot),
    factor: spike.at("factor").number(SPIKE_FACTOR.min, SPIKE_FACTOR.max),
    durationMs: spike.at("durationMs").number(SPIKE_MS.min, SPIKE_MS.max),
  };
}

function readArea(point: Untrusted, lastSlot: number): AreaPoint {
  const sumMax = RATE_MAX * SLOTS_PER_HOUR;
  return {
    slot: point.at("slot").whole(0, lastSlot),
    sum: point.at("sum").number(0, sumMax),
  };
}

function readChanges(changes: Untrusted, lastSlot: number): Change[] {
  const read: Change[] = [];
  for (const change of changes.items(CHANGES_MAX)) {
    const least = read.length === 0 ? 0 : read.at(-1)!.slot + 1;
    read.push({
      slot: change.at("slot").whole(least, lastSlot),
      control: readControl(change.at("control"), lastSlot),
    });
  }
  return read;
}

/** The form in which an earlier version saved it. */
function readEvents(
  events: Untrusted,
  base: Control,
  lastSlot: number,
): readonly Change[] {
  const log = new EventLog({ base, changes: [] });
  let least = 0;
  for (const event of events.items(EVENTS_MAX)) {
    least = event.at("slot").whole(least, lastSlot);
    log.append({ slot: least, ...readEvent(event) });
  }
  return log.history().changes;
}

function readEvent(event: Untrusted): Omit<TrafficEvent, "slot"> {
  const kind = event.at("kind").oneOf(EVENT_KINDS);
  const value = event.at("value").orNull((some) => some.number(0, RATE_MAX));
  const durationMs = event.at("durationMs").number(0, SPIKE_MS.max);
  const isFit = kind === "spike"
    ? isWithin(value ?? NaN, SPIKE_FACTOR) && isWithin(durationMs, SPIKE_MS)
    : kind === "scale"
    ? isWithin(value ?? NaN, SETTINGS.scale)
    : kind !== "plan" && kind !== "level";
  if (!isFit) throw event.unfit("a change that an operator can ask for");
  return { kind, value: value ?? NaN, durationMs };
}
