import { createHash } from "node:crypto";
import { KarError } from "../../src/base/mod.ts";
import type {
  Bus,
  BusLook,
  Claim,
  Claimed,
  ClockLook,
  DatedEvent,
  FleetRow,
  HeardPart,
  PartHead,
  Published,
  StoredClaim,
  StoredEvent,
} from "../../src/fleet/mod.ts";
import type { FakeClock } from "../sim/fake_clock.ts";

/** How long somebody waits for a bus that does not answer. */
const TIMEOUT_MS = 1000;

/** What a bus holds, for all who reach it. Its clock is the fake one. */
export class FakeServer<Told extends PartHead> {
  isDown = false;
  /** Its store was lost, and nobody has opened a run since. */
  isEmpty = false;
  row: FleetRow | null = null;
  readonly plans = new Map<string, string>();
  readonly events: StoredEvent[] = [];
  readonly claims = new Map<number, StoredClaim>();
  /** Parts that somebody has held. */
  readonly held = new Set<number>();
  readonly told = new Map<number, Told>();
  readonly hears = new Set<(told: Told) => void>();
  readonly hints = new Set<() => void>();
  epoch = 0;

  constructor(readonly clock: FakeClock) {}

  get nowMs(): number {
    return this.clock.now();
  }

  /** Loses all that is stored. */
  empty(): void {
    this.isEmpty = true;
    this.row = null;
    this.events.length = 0;
    for (const kept of [this.plans, this.claims, this.held, this.told]) {
      kept.clear();
    }
  }

  /** @throws {KarError} when the store is empty */
  check(): void {
    if (!this.isEmpty) return;
    throw new KarError("notRunning", "The bus keeps nothing of this run");
  }

  /** Somebody opens another run in the empty store. */
  reopen(row: FleetRow): void {
    this.isEmpty = false;
    this.row = row;
  }
}

/** A plan's SHA-256. */
export function shaOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** One member's way to it. */
export class FakeBus<Told extends PartHead> implements Bus<Told> {
  /** Nothing comes through. */
  isCut = false;
  /** Requests get there, and no answer comes back. */
  isDeaf = false;
  /** Texts of plans do not get here. */
  hasNoPlans = false;

  /**
   * @param wayMs how long a message takes now
   * @param after a timer of the process that asks
   */
  constructor(
    readonly server: FakeServer<Told>,
    readonly o: {
      readonly wayMs: () => number;
      readonly after: (ms: number, task: () => void) => void;
    },
  ) {}

  clockLook(nowMs: () => number): Promise<ClockLook> {
    const askedMs = nowMs();
    return this.#ask(() => this.server.nowMs).then((stampMs) => {
      const endMs = nowMs();
      return {
        offsetMs: stampMs - (askedMs + endMs) / 2,
        errorMs: (endMs - askedMs) / 2,
      };
    });
  }

  putPlan(text: string): Promise<string> {
    return this.#ask(() => {
      const sha = shaOf(text);
      this.server.plans.set(sha, text);
      return sha;
    });
  }

  getPlan(sha: string): Promise<string> {
    return this.#ask(() => {
      const text = this.server.plans.get(sha);
      if (text !== undefined && !this.hasNoPlans) return text;
      throw new KarError("cannotStart", "The bus does not have the plan");
    });
  }

  openRun(wanted: FleetRow): Promise<FleetRow> {
    return this.#ask(() => this.server.row ??= wanted);
  }

  readRun(): Promise<FleetRow | null> {
    return this.#ask(() => this.server.row);
  }

  claim(part: number, by: Claim): Promise<Claimed> {
    return this.#ask((): Claimed => {
      const { claims, held } = this.server;
      const before = claims.get(part);
      if (before && before.node !== by.node) {
        return { isHeld: false, by: before };
      }
      const isTakeover = held.has(part);
      held.add(part);
      const epoch = ++this.server.epoch;
      const claim = { ...by, part, epoch, storedMs: this.server.nowMs };
      claims.set(part, claim);
      return { isHeld: true, claim, isTakeover };
    });
  }

  release(part: number): Promise<StoredClaim | null> {
    return this.#ask(() => {
      const before = this.server.claims.get(part) ?? null;
      this.server.claims.delete(part);
      return before;
    });
  }

  claims(): Promise<readonly StoredClaim[]> {
    return this.#ask(() => [...this.server.claims.values()]);
  }

  look(part: number | null, afterSeq: number): Promise<BusLook> {
    return this.#ask(() => ({
      events: this.server.events.slice(afterSeq),
      claim: part === null ? null : this.server.claims.get(part) ?? null,
    }));
  }

  publish(event: DatedEvent, afterSeq: number): Promise<Published> {
    return this.#ask((): Published => {
      const { events, nowMs } = this.server;
      if (events.length !== afterSeq) return { isStale: true };
      const seq = events.length + 1;
      events.push({ ...event, seq, storedMs: nowMs });
      for (const hint of this.server.hints) hint();
      return { isStale: false, seq, storedMs: nowMs };
    });
  }

  tell(told: Told): string | null {
    void this.tellSurely(told).catch(() => {});
    return null;
  }

  tellSurely(told: Told): Promise<void> {
    const kept = structuredClone(told);
    return this.#ask(() => {
      // Listeners hear it, whether or not it can be stored.
      for (const hear of this.server.hears) hear(kept);
      this.server.check();
      this.server.told.set(told.part, kept);
    }, { isStored: false });
  }

  lastTold(): Promise<readonly Told[]> {
    return this.#ask(() => [...this.server.told.values()]);
  }

  hear(take: (heard: HeardPart<Told>) => void): () => void {
    let lastMs = 0;
    const heard = (told: Told) => {
      const message = { part: told.part, read: () => told };
      // A connection keeps the order of its messages.
      const { nowMs } = this.server;
      lastMs = Math.max(lastMs, nowMs + this.o.wayMs());
      if (!this.isCut) this.o.after(lastMs - nowMs, () => take(message));
    };
    this.server.hears.add(heard);
    return () => this.server.hears.delete(heard);
  }

  onHint(look: () => void): () => void {
    const heard = () => {
      if (!this.isCut) this.o.after(this.o.wayMs(), look);
    };
    this.server.hints.add(heard);
    return () => this.server.hints.delete(heard);
  }

  remove(): Promise<void> {
    return this.#ask(() => {
      this.server.row = null;
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * There and back; what is asked happens at the server, if it gets there.
   *
   * @param isStored whether it needs the store
   */
  #ask<T>(happens: () => T, { isStored = true } = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const { server, o } = this;
    const lost = new KarError("cannotStart", "The bus does not answer");
    o.after(TIMEOUT_MS, () => reject(lost));
    // The message is on its way whatever becomes of the process.
    server.clock.after(o.wayMs(), () => {
      if (this.isCut || server.isDown) return;
      const settle = settling(() => {
        if (isStored) server.check();
        return happens();
      }, { resolve, reject });
      server.clock.after(o.wayMs(), () => {
        if (this.isCut || this.isDeaf || server.isDown) return;
        o.after(0, settle);
      });
    });
    promise.catch(() => {});
    return promise;
  }
}

/** Does something now, whose result is known later. */
function settling<T>(
  happens: () => T,
  { resolve, reject }: {
    readonly resolve: (answer: T) => void;
    readonly reject: (error: unknown) => void;
  },
): () => void {
  try {
    const answer = happens();
    return () => resolve(answer);
  } catch (error) {
    return () => reject(error);
  }
}
