import { isoTime, KarError, slotStartMs } from "../base/mod.ts";
import { lanesIn, partText } from "./lanes.ts";
import { type PartSpan, SPANS_MAX } from "./types.ts";

/** How far the clocks of machines may be apart that begin at one instant, in milliseconds. */
const CLOCKS_APART_MS = 1000;

/** What one record says of the run that it is a part of. */
export interface PartsOfRun {
  /** Its file, for messages. */
  readonly name: string;
  /** The plans that it had, the first one first. */
  readonly planIds: readonly string[];
  /** The slot of plan time in which the run was fired. */
  readonly fireSlot: number;
  /** The same instant by the wall clock, milliseconds since the epoch. */
  readonly firedMs: number;
  readonly spans: readonly PartSpan[];
}

/**
 * The spans of several records as one list, in the order of parts and time.
 *
 * @throws {KarError} `usage` when they are not parts of one run: other plans,
 *   other starts, or lanes that two of them have
 */
export function togetherOf(records: readonly PartsOfRun[]): PartSpan[] {
  const [first, ...others] = records;
  checkPlans(records);
  for (const other of others) checkSameStart(first!, other);
  checkLanes(records);
  const spans = records.flatMap(({ spans }) => spans);
  if (spans.length > SPANS_MAX) throw tooMany(spans.length);
  return spans.sort(inOrder);
}

function inOrder(a: PartSpan, b: PartSpan): number {
  return a.parts - b.parts || a.part - b.part || a.fromSlot - b.fromSlot;
}

/**
 * A plan may take over while a run goes on, and a part may be gone by then, or
 * begin after that: each record has a plan in common with another one. All that
 * were there from the start began with one plan.
 */
function checkPlans(records: readonly PartsOfRun[]): void {
  const known = new Set(records[0]!.planIds);
  let open = records.slice(1);
  while (open.length > 0) {
    const isKnown = ({ planIds }: PartsOfRun) =>
      planIds.some((id) => known.has(id));
    const found = open.filter(isKnown);
    if (found.length === 0) throw otherPlans(records[0]!, open[0]!);
    for (const { planIds } of found) for (const id of planIds) known.add(id);
    open = open.filter((one) => !found.includes(one));
  }
  const [first, ...others] = records.filter(isFromStart);
  const other = others.find(({ planIds }) => planIds[0] !== first!.planIds[0]);
  if (other !== undefined) throw otherPlans(first!, other);
}

function isFromStart({ fireSlot, spans }: PartsOfRun): boolean {
  return spans.some(({ fromSlot }) => fromSlot <= fireSlot);
}

function otherPlans(a: PartsOfRun, b: PartsOfRun): KarError {
  const [ofA, ofB] = [a, b].map(({ planIds }) => planIds.join(" then "));
  return refused(
    a,
    b,
    `their plans differ (${ofA}, ${ofB}): parts of one run are sent from one config`,
  );
}

function checkSameStart(a: PartsOfRun, b: PartsOfRun): void {
  if (a.fireSlot !== b.fireSlot) {
    throw refused(
      a,
      b,
      `in plan time, one run began at ${timeOf(a)} and one at ${
        timeOf(b)
      }: parts of one run have one --at, and one --start if any`,
    );
  }
  if (Math.abs(a.firedMs - b.firedMs) > CLOCKS_APART_MS) {
    throw refused(
      a,
      b,
      `they were not sent at the same time: one run began at ${
        isoTime(a.firedMs)
      } and one at ${isoTime(b.firedMs)}: parts of one run have one --at`,
    );
  }
}

/** @throws {KarError} where two records tell of one lane at one time */
function checkLanes(records: readonly PartsOfRun[]): void {
  const owners = new Map<number, { record: PartsOfRun; span: PartSpan }[]>();
  for (const record of records) {
    for (const span of record.spans) {
      for (const lane of lanesIn(span)) {
        const known = owners.get(lane) ?? [];
        const clash = known.find((other) => overlap(other.span, span));
        if (clash !== undefined) throw overlapping(clash, { record, span });
        owners.set(lane, [...known, { record, span }]);
      }
    }
  }
}

/**
 * One part may be sent by one process after another, and by two members of a
 * fleet while one of them is cut off; lanes cut otherwise may not.
 */
function overlap(a: PartSpan, b: PartSpan): boolean {
  const isSamePart = a.part === b.part && a.parts === b.parts;
  if (!isSamePart) return true;
  const isSameTime = a.fromSlot < b.toSlot && b.fromSlot < a.toSlot;
  const isFleet = a.fleet !== undefined && a.fleet === b.fleet;
  return isSameTime && !(isFleet && a.runId !== b.runId);
}

function overlapping(
  a: { readonly record: PartsOfRun; readonly span: PartSpan },
  b: { readonly record: PartsOfRun; readonly span: PartSpan },
): KarError {
  const from = Math.max(a.span.fromSlot, b.span.fromSlot);
  return refused(
    a.record,
    b.record,
    `both tell of the same traffic: part ${partText(a.span)} and part ${
      partText(b.span)
    } share lanes at ${isoTime(slotStartMs(from))}: name each part once`,
  );
}

function refused(a: PartsOfRun, b: PartsOfRun, why: string): KarError {
  return new KarError(
    "usage",
    `Cannot merge ${a.name} with ${b.name}: ${why}`,
  );
}

function tooMany(count: number): KarError {
  return new KarError(
    "usage",
    `Cannot merge ${count} stretches of parts: at most ${SPANS_MAX} may be merged`,
  );
}

function timeOf({ fireSlot }: PartsOfRun): string {
  return isoTime(slotStartMs(fireSlot));
}
