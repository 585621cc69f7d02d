import type { Cancel } from "../base/mod.ts";
import type {
  Claim,
  DatedEvent,
  FleetRow,
  PartHead,
  StoredClaim,
  StoredEvent,
} from "./types.ts";

/** One look at the bus's clock. */
export interface ClockLook {
  /** What to add to the local clock to have the bus's, in milliseconds. */
  readonly offsetMs: number;
  /** The true offset differs from it by this much at most. */
  readonly errorMs: number;
}

/** What a member finds when it looks at the bus. */
export interface BusLook {
  /** All events after the one that was named, in their order; one that cannot be read is `unread`. */
  readonly events: readonly StoredEvent[];
  /** Who holds the part in question; null = nobody. */
  readonly claim: StoredClaim | null;
}

/** The result of a claim. */
export type Claimed =
  | {
    readonly isHeld: true;
    readonly claim: StoredClaim;
    /** Whether another process may have sent this part before. */
    readonly isTakeover: boolean;
  }
  | { readonly isHeld: false; readonly by: StoredClaim };

/**
 * The result of publishing an event; stale = others were published after the
 * one that was named.
 */
export type Published =
  | {
    readonly isStale: false;
    readonly seq: number;
    readonly storedMs: number;
  }
  | { readonly isStale: true };

/** A part's message as it came: reading it costs more than hearing it. */
export interface HeardPart<Told extends PartHead> {
  readonly part: number;
  /** Null = nobody can have told that. */
  readonly read: () => Told | null;
}

/**
 * What a fleet needs of an engine: NATS behind it (`src/nats`), or a fake bus
 * in tests. Each promise settles within a bounded time, and rejects with a
 * `KarError` while the bus is away.
 *
 * @typeParam Told what parts tell each other, as it is understood by who asks
 */
export interface Bus<Told extends PartHead = PartHead> {
  /** Compares the clocks, milliseconds since the epoch against `nowMs`. */
  clockLook(nowMs: () => number): Promise<ClockLook>;
  /** Keeps a plan's text. @returns its SHA-256 */
  putPlan(text: string): Promise<string>;
  /** @throws {KarError} when the text is not there, or not the one of this hash */
  getPlan(sha: string): Promise<string>;
  /** Opens a run where none is open. @returns the one that counts */
  openRun(wanted: FleetRow): Promise<FleetRow>;
  /** Null = no run of this name is open. */
  readRun(): Promise<FleetRow | null>;
  claim(part: number, by: Claim): Promise<Claimed>;
  /** Lets another one claim a part. @returns who held it */
  release(part: number): Promise<StoredClaim | null>;
  claims(): Promise<readonly StoredClaim[]>;
  /** Everything asked for is read after this was called. */
  look(part: number | null, afterSeq: number): Promise<BusLook>;
  publish(event: DatedEvent, afterSeq: number): Promise<Published>;
  /**
   * Tells all listeners; never waits, never throws.
   *
   * @returns what of it had no room, or why it was not told; null = all was told
   */
  tell(told: Told): string | null;
  /** The same, and waits until the bus has it. */
  tellSurely(told: Told): Promise<void>;
  /** The last message of each part. */
  lastTold(): Promise<readonly Told[]>;
  hear(take: (heard: HeardPart<Told>) => void): Cancel;
  /** Called when an event was published: a hint to look at once. */
  onHint(look: () => void): Cancel;
  /** Removes the run and everything that belongs to it. */
  remove(): Promise<void>;
  close(): Promise<void>;
}
