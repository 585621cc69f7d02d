import { type Clock, KarError, messageOf } from "../../base/mod.ts";
import type { Bus } from "../bus.ts";
import type { BusTime } from "../bus_time.ts";
import { dateFor, LEAD_MS, slotBeginMs } from "../dates.ts";
import { isVoid } from "../events.ts";
import type {
  DatedEvent,
  FleetRow,
  PartHead,
  StoredClaim,
  StoredEvent,
} from "../types.ts";

/** Others may publish meanwhile, and a slow connection may make an event void. */
const TRIES_MAX = 10;
/** Time after an event's slot in which parts have to say that they know it. */
const CONFIRM_MS = 1500;
const CONFIRM_LOOK_MS = 50;
/** An event of a run that goes on holds within this. */
const SOON_MS = LEAD_MS + 1000;

/** Options of asking all parts for a change. */
export interface AuthorOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly time: BusTime;
  readonly row: FleetRow;
  /** The name of who asks. */
  readonly who: string;
}

/** A change that is asked for. */
export type FleetAsk = Pick<
  DatedEvent,
  "kind" | "value" | "durationMs" | "plan"
>;

/**
 * Asks all parts for a change: stores it with a date that all can keep.
 *
 * @param check sees everything that was asked for before, and throws where the
 *   change makes no sense any more
 * @throws {KarError} what `check` throws; `cannotStart` when it cannot be stored
 */
export async function ask(
  { bus, time, row, who }: AuthorOptions,
  asked: FleetAsk,
  check: (before: readonly StoredEvent[]) => void = () => {},
): Promise<StoredEvent> {
  const known: StoredEvent[] = [];
  for (let i = 0; i < TRIES_MAX; i++) {
    const lastSeq = known.at(-1)?.seq ?? 0;
    known.push(...(await bus.look(null, lastSeq)).events);
    check(known);
    const slot = dateFor(row, { nowMs: time.nowMs(), errorMs: time.errorMs });
    const event = { ...asked, slot, who };
    const afterSeq = known.at(-1)?.seq ?? 0;
    const stored = await store(bus, event, afterSeq);
    if (stored === null) continue;
    if (!isVoid(row, stored)) return stored;
    known.push(stored);
  }
  throw new KarError(
    "cannotStart",
    `Cannot ask for ${asked.kind}: the way to the bus took too long, ${TRIES_MAX} times; ask again`,
  );
}

/**
 * Stores an event behind the last one that is known.
 *
 * A bus that has not answered may have stored it, and may store it yet. By then
 * its date is too near for anybody, so one look tells what came of it.
 *
 * @returns null when others were stored meanwhile
 */
async function store(
  bus: Bus,
  event: DatedEvent,
  afterSeq: number,
): Promise<StoredEvent | null> {
  try {
    const published = await bus.publish(event, afterSeq);
    if (published.isStale) return null;
    const { seq, storedMs } = published;
    return { ...event, seq, storedMs };
  } catch (error) {
    const found = await bus.look(null, afterSeq).catch(() => null);
    if (found === null) throw maybeStored(event, error);
    const [next] = found.events;
    if (next !== undefined && isSame(next, event)) return next;
    throw error;
  }
}

/** Whether a stored event is the one that was published: each author has a name, and asks for one at a time. */
function isSame(stored: StoredEvent, event: DatedEvent): boolean {
  return stored.who === event.who && stored.kind === event.kind &&
    stored.slot === event.slot && Object.is(stored.value, event.value) &&
    stored.durationMs === event.durationMs && stored.plan === event.plan;
}

function maybeStored({ kind }: DatedEvent, cause: unknown): KarError {
  return new KarError(
    "cannotStart",
    `It is not known whether all were asked for ${kind}: the bus has not answered (${
      messageOf(cause)
    }), and the change may hold; kar fleet status and the members' lines tell, look there before you ask again`,
    { cause },
  );
}

/** A part that should know an event and has not said so. */
export interface Unconfirmed {
  readonly part: number;
  readonly node: string;
}

/**
 * Waits until every part that is held says that it knows an event, or until
 * the event of a run that goes on holds, and a little longer.
 *
 * @param heard what is known of the parts, asked again and again
 */
export async function confirmed(
  { bus, clock, time, row }: AuthorOptions,
  event: StoredEvent,
  heard: () => readonly PartHead[],
): Promise<Unconfirmed[]> {
  const claims = await claimsOf(bus, event);
  // A run that begins in an hour has its first slot then: nobody waits for that.
  const soonMs = Math.min(slotBeginMs(row, event.slot), time.nowMs() + SOON_MS);
  const untilMs = soonMs + CONFIRM_MS;
  for (;;) {
    const missing = unconfirmed(claims, heard(), { row, event });
    if (missing.length === 0 || time.nowMs() > untilMs) return missing;
    await new Promise<void>((resolve) => clock.after(CONFIRM_LOOK_MS, resolve));
  }
}

/** It is stored by now: that nobody can be named must not look like a refusal. */
async function claimsOf(
  bus: Bus,
  { kind, seq }: StoredEvent,
): Promise<readonly StoredClaim[]> {
  try {
    return await bus.claims();
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Change ${seq} (${kind}) is stored and holds, but the bus does not say who should confirm it: ${
        messageOf(error)
      }`,
      { cause: error },
    );
  }
}

/** Parts that are held, go on, and have not said that they have an event from its slot on. */
function unconfirmed(
  claims: readonly StoredClaim[],
  heard: readonly PartHead[],
  { row, event }: { readonly row: FleetRow; readonly event: StoredEvent },
): Unconfirmed[] {
  return claims.filter(({ run, part, epoch }) => {
    if (run !== row.id) return false;
    return !heard.some((head) =>
      head.part === part && head.epoch >= epoch && head.run === row.id &&
      has(head, event)
    );
  }).map(({ part, node }) => ({ part, node }));
}

/** Whether a part has an event as all others have, or has ended before it. */
function has(
  { eventSeq, spans }: PartHead,
  { seq, slot }: StoredEvent,
): boolean {
  const span = spans.at(-1);
  if (span?.late.some((event) => event.seq === seq)) return false;
  return eventSeq >= seq || (span?.isOver === true && span.madeUpTo <= slot);
}
