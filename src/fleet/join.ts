import { type Clock, KarError } from "../base/mod.ts";
import type { Bus } from "./bus.ts";
import type { BusTime } from "./bus_time.ts";
import { horizonOf, LEAD_MS, READY_MS, slotAtMs } from "./dates.ts";
import { countingEvents, endSlotOf } from "./events.ts";
import { newest } from "./view/mod.ts";
import { holderText } from "./wire.ts";
import {
  type Claim,
  type FleetRow,
  type PartHead,
  type StoredClaim,
  type StoredEvent,
  TOLD_SPANS_MAX,
  type ToldSpan,
} from "./types.ts";

/** Options of joining a run. */
export interface JoinOptions<Told extends PartHead> {
  readonly bus: Bus<Told>;
  readonly clock: Clock;
  readonly time: BusTime;
  readonly row: FleetRow;
  readonly part: number;
  readonly by: Claim;
}

/** A part that is held, and where it begins. */
export interface JoinedPart<Told extends PartHead = PartHead> {
  readonly claim: StoredClaim;
  /** All events so far, as they were stored. */
  readonly events: readonly StoredEvent[];
  /** The first slot that must not be made yet. */
  readonly horizon: number;
  /** No slot before this one may be its own: another process may have made it. */
  readonly notBefore: number;
  /** Stretches of this part before. */
  readonly spans: readonly ToldSpan[];
  /** The last message of this part; null = none. */
  readonly before: Told | null;
}

/**
 * Claims a part, and waits until no other process can be sending it: one that
 * held it before has either seen the claim by then, or is past its horizon.
 *
 * @throws {KarError} `cannotStart` when another member holds it, or the bus is away
 */
export async function joinPart<Told extends PartHead>(
  { bus, clock, time, row, part, by }: JoinOptions<Told>,
): Promise<JoinedPart<Told>> {
  const claimed = await bus.claim(part, by);
  if (!claimed.isHeld) throw heldBy(claimed.by, row);
  const { claim, isTakeover } = claimed;
  // A predecessor can have made nothing after this instant.
  const freeMs = claim.storedMs + LEAD_MS;
  if (isTakeover) await pause(clock, freeMs - READY_MS - time.nowMs());
  const told = (await bus.lastTold())
    .filter((one) => one.run === row.id && one.part === part);
  const before = told.reduce<Told | undefined>(newest, undefined) ?? null;
  const spans = before?.spans ?? [];
  if (spans.length >= TOLD_SPANS_MAX) throw tooOften(part, spans.length);
  const askedMs = time.nowMs();
  const { events, claim: now } = await bus.look(part, 0);
  if (now?.incarnation !== by.incarnation) throw lostAgain(part, now);
  const { errorMs } = time;
  const horizon = horizonOf(row, { askedMs, errorMs });
  return {
    claim,
    events,
    // What may be made is not taken back, and an end may be nearer.
    horizon: Math.min(
      horizon,
      endSlotOf(row, countingEvents(row, events), part),
    ),
    notBefore: isTakeover ? slotAtMs(row, freeMs) + 1 : row.fireSlot,
    spans,
    before,
  };
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(Math.max(0, ms), resolve));
}

function heldBy(by: StoredClaim, row: FleetRow): KarError {
  const { part, node, unread } = by;
  const own = unread === undefined
    ? `, or start as --node ${node} to take its place`
    : "";
  return new KarError(
    "cannotStart",
    `Part ${part}/${row.parts} is held by ${
      holderText(by)
    }: name another part${own}; kar fleet release ${part} gives it up`,
  );
}

function lostAgain(part: number, by: StoredClaim | null): KarError {
  const who = by === null
    ? "somebody released it"
    : `${holderText(by)} took it`;
  return new KarError(
    "cannotStart",
    `Part ${part} was lost before it began: ${who}`,
  );
}

function tooOften(part: number, times: number): KarError {
  return new KarError(
    "cannotStart",
    `Part ${part} was started ${times} times in this run; at most ${TOLD_SPANS_MAX} are counted: open a run of another name`,
  );
}
