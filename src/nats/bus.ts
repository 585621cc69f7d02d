import {
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type Cancel, KarError, messageOf } from "../base/mod.ts";
import {
  type Bus,
  type BusLook,
  type Claim,
  type Claimed,
  type ClockLook,
  type DatedEvent,
  eventJson,
  type FleetRow,
  type HeardPart,
  type PartHead,
  type Published,
  readRow,
  type StoredClaim,
  type StoredEvent,
} from "../fleet/mod.ts";
import { ofParts } from "./batches.ts";
import type { Codec } from "./codec.ts";
import { ANSWER_MS, answered, isStale } from "./failures.ts";
import { claimOf, eventOf, fit, sha256 } from "./read.ts";
import { stampMs } from "./stamp.ts";
import { NatsStore } from "./store.ts";
import {
  namesOf,
  openStreams,
  PLAN_BYTES_MAX,
  removeStreams,
  type RunNames,
  TOLD_BYTES_MAX,
} from "./streams.ts";

/** Looks at the clock, of which the quickest counts. */
const CLOCK_LOOKS = 8;
/** Two that claim one part at once; the later one asks again. */
const CLAIM_TRIES = 5;

/** The bus by NATS; see `mod.ts` for its subjects. */
export class NatsBus<Told extends PartHead> implements Bus<Told> {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #store: NatsStore;
  readonly #jsm: JetStreamManager;
  readonly #names: RunNames;
  readonly #codec: Codec<Told>;
  /** A subject of its own in the clock stream, so that looks of others do not interfere. */
  readonly #clock: string;

  private constructor(
    nc: NatsConnection,
    jsm: JetStreamManager,
    { run, codec }: { readonly run: string; readonly codec: Codec<Told> },
  ) {
    this.#nc = nc;
    this.#jsm = jsm;
    this.#js = jetstream(nc, { timeout: ANSWER_MS });
    this.#names = namesOf(run);
    this.#store = new NatsStore({ js: this.#js, jsm, names: this.#names });
    this.#codec = codec;
    this.#clock = this.#names.clock(crypto.randomUUID().slice(0, 8));
  }

  /**
   * @param isToOpen whether the run's streams are made where they are missing
   * @throws {KarError} `notRunning` when nothing is kept of the run
   */
  static async open<Told extends PartHead>(
    nc: NatsConnection,
    options: {
      readonly run: string;
      readonly codec: Codec<Told>;
      readonly isToOpen: boolean;
    },
  ): Promise<NatsBus<Told>> {
    const asked = jetstreamManager(nc, { timeout: ANSWER_MS, checkAPI: false });
    const jsm = await answered("ask for JetStream", asked);
    const bus = new NatsBus(nc, jsm, options);
    if (options.isToOpen) await openStreams(jsm, bus.#names);
    // To a writer a missing stream looks like a server without JetStream.
    else await answered("find the run", jsm.streams.info(bus.#names.rows));
    return bus;
  }

  async clockLook(nowMs: () => number): Promise<ClockLook> {
    let best: ClockLook | null = null;
    for (let i = 0; i < CLOCK_LOOKS; i++) {
      const askedMs = nowMs();
      const { seq } = await this.#store.store(this.#clock, EMPTY);
      const endMs = nowMs();
      const stored = await this.#store.get(this.#names.clocks, { seq });
      const errorMs = (endMs - askedMs) / 2;
      // Another look of this process has replaced it.
      if (stored === null || (best !== null && errorMs >= best.errorMs)) {
        continue;
      }
      const offsetMs = stampMs(stored.timestamp) - (askedMs + endMs) / 2;
      if (Number.isFinite(offsetMs)) best = { offsetMs, errorMs };
    }
    if (best !== null) return best;
    throw new KarError("cannotStart", "The bus does not tell its time");
  }

  async putPlan(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > PLAN_BYTES_MAX) {
      throw new KarError(
        "cannotStart",
        `Cannot put the plan on the bus: it has ${bytes.length} bytes, at most ${PLAN_BYTES_MAX}`,
      );
    }
    const sha = await sha256(bytes);
    await this.#store.store(this.#names.plan(sha), bytes);
    return sha;
  }

  async getPlan(sha: string): Promise<string> {
    const stored = await this.#store.last(this.#names.plan(sha));
    if (stored !== null && await sha256(stored.data) === sha) {
      return stored.string();
    }
    throw new KarError(
      "cannotStart",
      `The bus does not have the plan ${sha.slice(0, 16)} of this run`,
    );
  }

  async openRun(wanted: FleetRow): Promise<FleetRow> {
    const isOpened = await this.#store.swap(this.#names.run, wanted, 0);
    return isOpened !== null ? wanted : (await this.readRun())!;
  }

  async readRun(): Promise<FleetRow | null> {
    const stored = await this.#store.last(this.#names.run);
    if (stored === null) return null;
    return fit("the run", () => readRow(stored.json()));
  }

  async claim(part: number, by: Claim): Promise<Claimed> {
    const subject = this.#names.part(part);
    for (let i = 0; i < CLAIM_TRIES; i++) {
      const before = await this.#store.last(subject);
      const held = before === null ? null : claimOf(part, before);
      const isOther = held?.node !== by.node || held.unread !== undefined;
      if (held !== null && isOther) {
        return { isHeld: false, by: held };
      }
      const seq = await this.#store.swap(subject, by, before?.seq ?? 0);
      if (seq === null) continue;
      const stored = await this.#store.get(this.#names.rows, { seq });
      // Another process of its name was quicker to replace it.
      if (stored === null) continue;
      const claim = claimOf(part, stored)!;
      return { isHeld: true, claim, isTakeover: before !== null };
    }
    throw new KarError(
      "cannotStart",
      `Cannot claim part ${part}: others claim it at the same time`,
    );
  }

  async release(part: number): Promise<StoredClaim | null> {
    const before = await this.#store.last(this.#names.part(part));
    const held = before === null ? null : claimOf(part, before);
    if (held !== null) {
      await this.#store.swap(this.#names.part(part), null, held.epoch);
    }
    return held;
  }

  async claims(): Promise<readonly StoredClaim[]> {
    const parts = (await this.readRun())?.parts ?? 0;
    const all = await ofParts(parts, async (part) => {
      const stored = await this.#store.last(this.#names.part(part));
      return stored === null ? null : claimOf(part, stored);
    });
    return all.filter((claim) => claim !== null);
  }

  async look(part: number | null, afterSeq: number): Promise<BusLook> {
    const [events, held] = await Promise.all([
      this.#eventsAfter(afterSeq),
      part === null ? null : this.#store.last(this.#names.part(part)),
    ]);
    const claim = held === null ? null : claimOf(part!, held);
    return { events, claim };
  }

  async publish(event: DatedEvent, afterSeq: number): Promise<Published> {
    const data = JSON.stringify(eventJson(event));
    const expect = { lastSequence: afterSeq };
    try {
      const { seq } = await answered(
        "store the change",
        this.#js.publish(this.#names.event, data, { expect, retries: 0 }),
      );
      const stored = await this.#store.get(this.#names.events, { seq });
      if (stored === null) throw new KarError("cannotStart", LOST);
      return { isStale: false, seq, storedMs: stampMs(stored.timestamp) };
    } catch (error) {
      if (isStale(error)) return { isStale: true };
      throw error;
    }
  }

  tell(told: Told): string | null {
    try {
      const { bytes, without } = this.#codec.encode(told, TOLD_BYTES_MAX);
      this.#publish(this.#names.snap(told.part), bytes);
      return without;
    } catch (error) {
      return `Nothing of this part is told: ${messageOf(error)}`;
    }
  }

  /** Of a connection that is closed or comes back nothing is said here: the next one says the same, and more. */
  #publish(subject: string, bytes: Uint8Array): void {
    try {
      this.#nc.publish(subject, bytes);
    } catch {
      // Whoever looks at the bus hears why.
    }
  }

  async tellSurely(told: Told): Promise<void> {
    const { bytes } = this.#codec.encode(told, TOLD_BYTES_MAX);
    await this.#store.store(this.#names.snap(told.part), bytes);
  }

  async lastTold(): Promise<readonly Told[]> {
    const parts = (await this.readRun())?.parts ?? 0;
    const all = await ofParts(parts, async (part) => {
      const query = { last_by_subj: this.#names.snap(part) };
      const stored = await this.#store.get(this.#names.told, query);
      return stored === null ? null : this.#read(stored.data);
    });
    return all.filter((told) => told !== null);
  }

  hear(take: (heard: HeardPart<Told>) => void): Cancel {
    const heard = this.#nc.subscribe(this.#names.snap("*"), {
      callback: (error, message) => {
        if (error) return;
        const { subject, data } = message;
        const part = Number(subject.slice(subject.lastIndexOf(".") + 1));
        const read = () => {
          const told = this.#read(data);
          return told?.part === part ? told : null;
        };
        take({ part, read });
      },
    });
    return () => heard.unsubscribe();
  }

  onHint(look: () => void): Cancel {
    const heard = this.#nc.subscribe(this.#names.event, {
      callback: (error) => {
        if (!error) look();
      },
    });
    return () => heard.unsubscribe();
  }

  async remove(): Promise<void> {
    await removeStreams(this.#jsm, this.#names);
  }

  async close(): Promise<void> {
    await answered("close", this.#nc.close()).catch(() => {});
  }

  async #eventsAfter(afterSeq: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let seq = afterSeq + 1;; seq++) {
      const stored = await this.#store.get(this.#names.events, { seq });
      if (stored === null) return events;
      events.push(eventOf(stored));
    }
  }

  /** What nobody can have told is nobody's: the next one may be good. */
  #read(bytes: Uint8Array): Told | null {
    try {
      return this.#codec.decode(bytes);
    } catch {
      return null;
    }
  }
}

const EMPTY = new Uint8Array();
const LOST = "The bus has lost a change that it had stored";
