import type { Cancel } from "../../base/mod.ts";
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

/** What is heard of a run's parts, and what was asked of them. */
export class Heard {
  readonly #session: Session;
  readonly #row: FleetRow;
  readonly #parts = new Map<number, { told: PartTold; atMs: number }>();
  readonly #events: StoredEvent[] = [];
  #beganMs: number;
  readonly #deafen: Cancel;

  /** Begins to listen. */
  constructor(session: Session, row: FleetRow) {
    this.#session = session;
    this.#row = row;
    this.#beganMs = session.clock.now();
    this.#deafen = session.bus.hear((told) =>
      this.#take(told, session.clock.now())
    );
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
    if (nowMs - this.#beganMs < GRACE_MS) return true;
    return known !== undefined && nowMs - known.atMs < SILENT_MS;
  }

  /** Takes who was not heard by now for silent. */
  endGrace(): void {
    this.#beganMs = -Infinity;
  }

  close(): void {
    this.#deafen();
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
