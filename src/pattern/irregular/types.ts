import type { IrregularKind } from "../types.ts";

/** When something happens. Local times are read in the pattern's zone. */
export type Recurrence =
  /** `2026-12-01T18:00:00`, local, or with an offset or `Z`. */
  | { readonly kind: "once"; readonly at: string }
  /** Each multiple of a time since the epoch, and so much later. */
  | {
    readonly kind: "every";
    readonly everyMs: number;
    readonly offsetMs: number;
  }
  /** A time of day, on some weekdays: 1 = Monday … 7 = Sunday. */
  | {
    readonly kind: "daily";
    readonly sec: number;
    readonly days: readonly number[];
  };

/** What requests go to; absent = whatever the mix says. */
export interface Goal {
  readonly target?: string | undefined;
  readonly journey?: string | undefined;
}

/** How clients wait between tries: base · times^k, `max` at most. */
export interface BackOff {
  readonly baseMs: number;
  readonly times: number;
  readonly maxMs: number;
  /** What of it is drawn: nothing, the second half, all. */
  readonly jitter: "none" | "equal" | "full";
}

interface DatedKind<Kind extends IrregularKind> {
  readonly kind: Kind;
  readonly when: Recurrence;
}

/** Work that many start at a full period. */
export interface CronSpec extends DatedKind<"cron">, Goal {
  /** Requests of one time. */
  readonly requests: number;
  /** Mean time that a client takes to begin. */
  readonly spreadMs: number;
  /** Deviation of the clients' clocks. */
  readonly skewMs: number;
}

/** A message to many devices, of which some are opened. */
export interface PushSpec extends DatedKind<"push">, Goal {
  readonly devices: number;
  /** Share of the devices, 0 … 1. */
  readonly opened: number;
  readonly sentOverMs: number;
  /** How long people take: log-normal. */
  readonly reaction: { readonly medianMs: number; readonly sigma: number };
}

/** A crowd that comes at once and leaves slowly. */
export interface FlashSpec extends DatedKind<"flash"> {
  readonly factor: number;
  readonly riseMs: number;
  /** After this time of its fall half of the excess is left, where power is 1. */
  readonly halfMs: number;
  readonly power: number;
  readonly lastsMs: number;
  /** Share of the crowd's requests for one thing, at its top. */
  readonly hot?: (Goal & { readonly share: number }) | undefined;
}

/** Clients that try again while a service fails them. */
export interface RetrySpec extends DatedKind<"retry"> {
  readonly outageMs: number;
  /** Share of tries that fail in the outage, 0 … 1. */
  readonly fails: number;
  /** From a try to its failure. */
  readonly afterMs: number;
  readonly backoff: BackOff;
  /** Tries after the first one. */
  readonly tries: number;
}

/** Clients that all have lost their connections. */
export interface ReconnectSpec extends DatedKind<"reconnect">, Goal {
  readonly clients: number;
  readonly backoff: BackOff;
  /** Connections a second that the service takes; null = all. */
  readonly accept: number | null;
  /** Requests by the mix that each client sends once it is back. */
  readonly then: number;
}

/** One client that walks through everything. */
export interface CrawlerSpec extends DatedKind<"crawler">, Goal {
  /** Requests a second. */
  readonly rate: number;
  readonly lastsMs: number;
}

/** A named irregularity. */
export type IrregularSpec =
  | CronSpec
  | PushSpec
  | FlashSpec
  | RetrySpec
  | ReconnectSpec
  | CrawlerSpec;

/** A pattern that may have named irregularities. */
export interface WithIrregular {
  readonly irregular?: readonly IrregularSpec[] | undefined;
}

/** Irregularities that a pattern can have. */
export const IRREGULAR_MAX = 32;
/** Slots of one that is tabulated: an hour. */
export const TABLE_SLOTS_MAX = 36_000;

/**
 * How one irregularity changes the rate, slot by slot from its begin; it begins
 * `lead` slots before its instant.
 */
export interface IrregularShape {
  readonly lead: number;
  readonly slots: number;
  /** What the rate is multiplied by. */
  factorAt(i: number): number;
  /** Requests a second that are added, to the goal. */
  addedAt(i: number): number;
  /** Requests a second that are added, by the mix. */
  mixedAt(i: number): number;
  /** Part of the multiplied requests that go to the hot goal. */
  hotAt(i: number): number;
  /** How much of its own highest excess a slot has, 0 … 1. */
  heightAt(i: number): number;
}
