import { EVENT_KINDS, type EventKind } from "../pattern/mod.ts";

type Unknown = Readonly<Record<string, unknown>>;

/** The successor begins with one plan, and with what the breaker had come to. */
const FORGOTTEN: readonly EventKind[] = ["plan", "level"];

/** Kinds of events that are saved. */
export const SAVED_KINDS: readonly EventKind[] = EVENT_KINDS.filter((kind) =>
  !FORGOTTEN.includes(kind)
);

/**
 * Whether a text that was read has the form of what a run saves. The file is
 * the user's own, but disks fail and hands slip: what is wrong in it must not
 * become traffic.
 */
export function isSavedBody(body: unknown): boolean {
  if (!isObject(body)) return false;
  const { history, totals, breaker } = body;
  return isObject(history) && isControl(history.base) &&
    isListOf(history.events, isEvent) && isInOrder(history.events) &&
    isTotals(totals) && isObject(breaker);
}

function isControl(base: unknown): boolean {
  if (!isObject(base)) return false;
  const { firedSlot, paused, base: rate, max, scale, level, spikes } = base;
  return base.plan === 0 && isNumberOrNull(firedSlot) &&
    typeof paused === "boolean" &&
    isNumberOrNull(rate) && isNumberOrNull(max) && isNumber(scale) &&
    isNumber(level) && isListOf(spikes, isSpike);
}

function isSpike(spike: unknown): boolean {
  return isObject(spike) && isNumber(spike.slot) && isNumber(spike.factor) &&
    isNumber(spike.durationMs);
}

function isEvent(event: unknown): boolean {
  return isObject(event) && isNumber(event.slot) &&
    SAVED_KINDS.includes(event.kind as EventKind) &&
    isNumberOrNull(event.value) && isNumber(event.durationMs);
}

function isInOrder(events: readonly Unknown[]): boolean {
  return events.every(({ slot }, i) =>
    i === 0 || Number(slot) >= Number(events[i - 1]!.slot)
  );
}

function isTotals(totals: unknown): boolean {
  return isObject(totals) && isListOf(totals.digest, isNumber) &&
    isObject(totals.run) && isObject(totals.targets);
}

function isObject(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null;
}

function isListOf(
  list: unknown,
  isItem: (item: unknown) => boolean,
): list is readonly Unknown[] {
  return Array.isArray(list) && list.every(isItem);
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value);
}
