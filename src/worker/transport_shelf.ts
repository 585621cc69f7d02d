import type { Cancel, Clock } from "../base/mod.ts";
import type { Transport } from "../transport/mod.ts";

/** How a transport is opened. */
export interface ShelfOptions {
  /** Time that its last requests may take. */
  readonly timeoutMs: number;
  readonly open: () => Promise<Transport>;
}

/** A transport that is open. */
interface Kept {
  readonly transport: Transport;
  readonly timeoutMs: number;
  /** Keeps it from being closed; null = it is in use. */
  keep: Cancel | null;
}

/** Time that requests of a plan that is over get beyond their timeout. */
const MARGIN_MS = 1000;

/**
 * The open transports of a worker, by everything they were opened with: plans
 * that want the same share one, and go on with its connections.
 */
export class TransportShelf {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The transport that was opened by a key, or a new one. */
  async take(
    key: string,
    { timeoutMs, open }: ShelfOptions,
  ): Promise<Transport> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.keep?.();
      kept.keep = null;
      return kept.transport;
    }
    const transport = await open();
    this.#kept.set(key, { transport, timeoutMs, keep: null });
    return transport;
  }

  /** Closes all but the used ones, once their requests have had their time, unless they are taken before. */
  retire(used: ReadonlySet<Transport>): void {
    for (const [key, kept] of this.#kept) {
      if (kept.keep !== null || used.has(kept.transport)) continue;
      kept.keep = this.#clock.after(kept.timeoutMs + MARGIN_MS, () => {
        this.#kept.delete(key);
        void kept.transport.close();
      });
    }
  }

  /** Closes all at once. */
  async close(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { keep } of kept) keep?.();
    await Promise.all(kept.map(({ transport }) => transport.close()));
  }
}
