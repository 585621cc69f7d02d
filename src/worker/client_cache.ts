import type { Cancel, Clock } from "../base/mod.ts";
import type { Client } from "../transport/mod.ts";

/** How a client is opened. */
export interface ShelfOptions {
  /** Time that its last requests may take. */
  readonly timeoutMs: number;
  readonly open: () => Promise<Client>;
}

/** A client that is open. */
interface Kept {
  readonly client: Client;
  readonly timeoutMs: number;
  /** Keeps it from being closed; null = it is in use. */
  keep: Cancel | null;
}

/** Time that requests of a plan that is over get beyond their timeout. */
const MARGIN_MS = 1000;

/**
 * The open clients of a worker, by everything they were opened with: plans
 * that want the same share one, and go on with its connections.
 */
export class ClientCache {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The client that was opened by a key, or a new one. */
  async take(
    key: string,
    { timeoutMs, open }: ShelfOptions,
  ): Promise<Client> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.keep?.();
      kept.keep = null;
      return kept.client;
    }
    const client = await open();
    this.#kept.set(key, { client, timeoutMs, keep: null });
    return client;
  }

  /** Closes all but the used ones, once their requests have had their time, unless they are taken before. */
  retire(used: ReadonlySet<Client>): void {
    for (const [key, kept] of this.#kept) {
      if (kept.keep !== null || used.has(kept.client)) continue;
      kept.keep = this.#clock.after(kept.timeoutMs + MARGIN_MS, () => {
        this.#kept.delete(key);
        void kept.client.close();
      });
    }
  }

  /** Closes all at once. */
  async close(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { keep } of kept) keep?.();
    await Promise.all(kept.map(({ client }) => client.close()));
  }
}
