import { type Cancel, SLOT_MS } from "../../base/mod.ts";
import {
  type FleetRow,
  isPossible,
  newest,
  slotAtMs,
  type StoredEvent,
} from "../../fleet/mod.ts";
import type { Session } from "../fleet/session.ts";
import type { PartTold } from "../fleet/told/types.ts";

/** A part that has told nothing for so long is silent. */
const SILENT_MS = 5000;
/** So long after somebody began to listen, nobody is silent yet. */
const GRACE_MS = 3000;

/** Messages that are read once a second: of a few parts all, of many each within some seconds. */
const READS_MAX = 16;
/** Parts tell their last eight seconds: within so many each is read once. */
const READ_SEC = 6;

type Read = () => PartTold | null;

/** What is heard of a run's parts, and what was asked of them. */
export class Heard {
  readonly #session: Session;
  readonly #row: FleetRow;
  readonly #parts = new Map<number, { told: PartTold; atMs: number }>();
  /** The last message of each part that was not read yet. */
  readonly #unread = new Map<number, { read: Read; atMs: number }>();
  readonly #events: StoredEvent[] = [];
  #beganMs: number;
  readonly #deafen: Cancel;

  /** Begins to listen. */
  constructor(session: Session, row: FleetRow) {
    this.#session = session;
    this.#row = row;
    this.#beganMs = session.clock.now();
    this.#deafen = session.bus.hear(({ part, read }) => {
      if (part > row.parts) return;
      const atMs = session.clock.now();
      // In its place of before: the part that waits longest is read first.
      this.#unread.set(part, { read, atMs });
      if (!this.#parts.has(part)) this.#readOne(part);
    });
  }

  /** Reads what was told and asked so far; meant for the beginning, and now and then. */
  async read(): Promise<void> {
    for (const told of await this.#session.bus.lastTold()) {
      this.#take(told, -Infinity);
    }
    await this.readEvents();
  }

  /** Reads what was asked for since the last time. */
  async readEvents(): Promise<void> {
    const after = this.#events.at(-1)?.seq ?? 0;
    const { events } = await this.#session.bus.look(null, after);
    for (const event of events) {
      const last = this.#events.at(-1)?.seq ?? 0;
      if (event.seq === last + 1) this.#events.push(event);
    }
  }

  /** What each part told last, in their order. */
  get told(): PartTold[] {
    for (const part of [...this.#unread.keys()]) this.#readOne(part);
    return this.latest;
  }

  /**
   * The same, of many parts some seconds old: meant for once a second. Messages
   * are cumulative, so that only the newest one of a part is read.
   */
  get toldLately(): PartTold[] {
    const most = Math.max(READS_MAX, Math.ceil(this.#row.parts / READ_SEC));
    for (const part of [...this.#unread.keys()].slice(0, most)) {
      this.#readOne(part);
    }
    return this.latest;
  }

  /** What was read last of each part, in their order; reads nothing. */
  get latest(): PartTold[] {
    return [...this.#parts.values()].map(({ told }) => told)
      .sort((a, b) => a.part - b.part);
  }

  /** Everything that was asked for, as it was stored. */
  get events(): readonly StoredEvent[] {
    return this.#events;
  }

  /** Whether a part has told something of late and goes on. */
  isTelling(part: number): boolean {
    const nowMs = this.#session.clock.now();
    const known = this.#parts.get(part);
    if (known?.told.spans.at(-1)?.isOver) return false;
    if (nowMs - this.#beganMs < GRACE_MS && !this.#isOld(known?.told)) {
      return true;
    }
    const { atMs = -Infinity } = this.#unread.get(part) ?? {};
    return known !== undefined &&
      nowMs - Math.max(known.atMs, atMs) < SILENT_MS;
  }

  /** The bus was away: again, nobody is silent yet. */
  beginGrace(): void {
    this.#beganMs = this.#session.clock.now();
  }

  /** Takes who was not heard by now for silent. */
  endGrace(): void {
    this.#beganMs = -Infinity;
  }

  close(): void {
    this.#deafen();
  }

  /** Whether what a part told last was told long ago. */
  #isOld(told: PartTold | undefined): boolean {
    const madeUpTo = told?.spans.at(-1)?.madeUpTo ?? Infinity;
    const slot = slotAtMs(this.#row, this.#session.time.nowMs());
    return slot - madeUpTo > SILENT_MS / SLOT_MS;
  }

  #readOne(part: number): void {
    const message = this.#unread.get(part);
    this.#unread.delete(part);
    const told = message?.read() ?? null;
    if (told !== null) this.#take(told, message!.atMs);
  }

  #take(told: PartTold, atMs: number): void {
    const slot = slotAtMs(this.#row, this.#session.time.nowMs());
    if (!isPossible(this.#row, told, slot)) return;
    const known = this.#parts.get(told.part);
    const best = newest(known?.told, told);
    const isNews = best !== known?.told;
    this.#parts.set(told.part, {
      told: best,
      atMs: isNews ? Math.max(atMs, known?.atMs ?? -Infinity) : known!.atMs,
    });
  }
}
