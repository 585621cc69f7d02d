import { excerpt, Untrusted } from "../base/mod.ts";
import { RATE_MAX, SETTINGS, type TrafficEvent } from "../pattern/mod.ts";
import {
  type Claim,
  type DatedEvent,
  FLEET_EVENT_KINDS,
  FLEET_VERSION,
  type FleetEventKind,
  type FleetRow,
  type LateEvent,
  type OfferAnswer,
  type PartHead,
  PARTS_MAX,
  type StoredClaim,
  type StoredEvent,
  TOLD_SPANS_MAX,
  type ToldSpan,
} from "./types.ts";

/*
 * Messages on the bus are text from outside: each value is in its range, or the
 * message is refused with the place. Each function throws `Unfit` for anything
 * else.
 */

const TEXT_MAX = 300;
const SLOT_MAX = 1e12;
const MS_MAX = 1.4e13;
const COUNT_MAX = 1e12;
const SHA_REGEXP = /^[0-9a-f]{64}$/;
/** Changes of its own breaker that a part tells at most, events taken late, and answers to offers. */
export const OWN_EVENTS_MAX = 64;
export const LATE_EVENTS_MAX = 1000;
export const OFFERS_MAX = 8;
/** Eleven days: no clock that is looked at is known as badly. */
const CLOCK_MS_MAX = 1e9;

/** Reads the row of a run. */
export function readRow(value: unknown): FleetRow {
  const row = new Untrusted(value, "run");
  return {
    version: row.at("version").oneOf([FLEET_VERSION]),
    id: row.at("id").text(TEXT_MAX),
    kar: row.at("kar").text(TEXT_MAX),
    plan: readSha(row.at("plan")),
    parts: row.at("parts").whole(1, PARTS_MAX),
    fireMs: row.at("fireMs").number(0, MS_MAX),
    fireSlot: row.at("fireSlot").whole(0, SLOT_MAX),
    durationMs: row.at("durationMs").orNull((ms) => ms.number(0, MS_MAX)),
  };
}

/** Reads a claim; null = it was released. */
export function readClaim(value: unknown): Claim | null {
  const claim = new Untrusted(value, "claim");
  if (claim.isNull) return null;
  return {
    node: claim.at("node").text(TEXT_MAX),
    incarnation: claim.at("incarnation").text(TEXT_MAX),
    host: claim.at("host").text(TEXT_MAX),
    run: claim.at("run").text(TEXT_MAX),
  };
}

/** What stands in the place of a claim that cannot be read: nobody's name, and of no run. */
export function unreadClaim(why: string): Claim & { readonly unread: string } {
  const unread = excerpt(why, TEXT_MAX);
  return { node: "", incarnation: "", host: "", run: "", unread };
}

/** Who holds a part, in words. */
export function holderText(
  { node, host, unread }: Pick<StoredClaim, "node" | "host" | "unread">,
): string {
  return unread === undefined
    ? `"${node}" on ${host}`
    : `something that is no claim (${unread})`;
}

/** An event as JSON, which has no NaN. */
export function eventJson(event: DatedEvent): unknown {
  const { value } = event;
  return { ...event, value: Number.isNaN(value) ? null : value };
}

/** Reads an event. */
export function readEvent(value: unknown): DatedEvent {
  const event = new Untrusted(value, "event");
  const kind = event.at("kind").oneOf(FLEET_EVENT_KINDS);
  const hasPlan = kind === "plan" || kind === "offer";
  return {
    ...(hasPlan && { plan: readSha(event.at("plan")) }),
    slot: event.at("slot").whole(0, SLOT_MAX),
    kind,
    value: readValue(event.at("value"), kind),
    durationMs: event.at("durationMs").number(0, MS_MAX),
    who: event.at("who").text(TEXT_MAX),
  };
}

function readSha(sha: Untrusted): string {
  const text = sha.text(TEXT_MAX);
  if (SHA_REGEXP.test(text)) return text;
  throw sha.unfit("64 hexadecimal digits");
}

/** What stands in the place of an event that cannot be read, and why that is so. */
export function unreadEvent(
  why: string,
): Omit<StoredEvent, "seq" | "storedMs"> {
  const who = excerpt(why, TEXT_MAX);
  return { slot: 0, kind: "unread", value: 0, durationMs: 0, who };
}

/** Null goes back to the plan's value, which scale and spike have none of. */
function readValue(value: Untrusted, kind: FleetEventKind): number {
  switch (kind) {
    case "scale":
      return value.number(SETTINGS.scale.min, SETTINGS.scale.max);
    case "spike":
      return value.number(0, RATE_MAX);
    default:
      return value.orNull((some) => some.number(0, RATE_MAX)) ?? NaN;
  }
}

/** Reads what the protocol needs of what a part tells. */
export function readHead(told: Untrusted): PartHead {
  const spans = told.at("spans");
  const read = spans.items(TOLD_SPANS_MAX).map(readSpan);
  if (read.length === 0) throw spans.unfit("a list of at least one");
  // Else holes between them would be counted again and again.
  if (read.some((span, i) => span.fromSlot < (read[i - 1]?.fromSlot ?? 0))) {
    throw spans.unfit("in the order in which they began");
  }
  return {
    run: told.at("run").text(TEXT_MAX),
    part: told.at("part").whole(1, PARTS_MAX),
    epoch: told.at("epoch").whole(0, COUNT_MAX),
    seq: told.at("seq").whole(0, COUNT_MAX),
    spans: read,
    eventSeq: told.at("eventSeq").whole(0, COUNT_MAX),
    own: told.at("own").items(OWN_EVENTS_MAX).map(readLevel),
    offers: told.at("offers").items(OFFERS_MAX).map(readOffer),
    isAlone: told.at("isAlone").flag(),
    offsetMs: told.at("offsetMs").number(-CLOCK_MS_MAX, CLOCK_MS_MAX),
    errorMs: told.at("errorMs").number(0, CLOCK_MS_MAX),
  };
}

function readSpan(span: Untrusted): ToldSpan {
  const fromSlot = span.at("fromSlot").whole(0, SLOT_MAX);
  return {
    node: span.at("node").text(TEXT_MAX),
    host: span.at("host").text(TEXT_MAX),
    incarnation: span.at("incarnation").text(TEXT_MAX),
    fromSlot,
    madeUpTo: span.at("madeUpTo").whole(fromSlot, SLOT_MAX),
    over: span.at("over").whole(-COUNT_MAX, COUNT_MAX),
    eventSeq: span.at("eventSeq").whole(0, COUNT_MAX),
    late: span.at("late").items(LATE_EVENTS_MAX).map(readLate),
    isOver: span.at("isOver").flag(),
  };
}

function readOffer(offer: Untrusted): OfferAnswer {
  return {
    plan: readSha(offer.at("plan")),
    why: offer.at("why").orNull((why) => excerpt(why.text(TEXT_MAX))),
  };
}

function readLate(late: Untrusted): LateEvent {
  const slot = late.at("slot").whole(0, SLOT_MAX);
  return {
    seq: late.at("seq").whole(1, COUNT_MAX),
    slot,
    heldSlot: late.at("heldSlot").whole(slot, SLOT_MAX),
  };
}

/** A part's own changes are its breaker's. */
function readLevel(event: Untrusted): TrafficEvent {
  return {
    slot: event.at("slot").whole(0, SLOT_MAX),
    kind: event.at("kind").oneOf(["level"]),
    value: event.at("value").number(0, 1),
    durationMs: 0,
  };
}
