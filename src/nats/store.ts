import type {
  JetStreamClient,
  JetStreamManager,
  StoredMsg,
} from "@nats-io/jetstream";
import { answered, isStale } from "./failures.ts";
import type { RunNames } from "./streams.ts";

/** What is read from a run's streams, and written to them; each within a bounded time. */
export class NatsStore {
  readonly #o: {
    readonly js: JetStreamClient;
    readonly jsm: JetStreamManager;
    readonly names: RunNames;
  };

  constructor(options: {
    readonly js: JetStreamClient;
    readonly jsm: JetStreamManager;
    readonly names: RunNames;
  }) {
    this.#o = options;
  }

  /**
   * @returns its sequence; null = the current message was not the expected one
   */
  async swap(
    subject: string,
    value: unknown,
    lastSubjectSequence: number,
  ): Promise<number | null> {
    const data = JSON.stringify(value);
    const expect = { lastSubjectSequence };
    try {
      const asked = this.#o.js.publish(subject, data, { expect, retries: 0 });
      return (await answered("write to the bus", asked)).seq;
    } catch (error) {
      if (isStale(error)) return null;
      throw error;
    }
  }

  /** Writes whatever is there. */
  async store(subject: string, data: Uint8Array): Promise<{ seq: number }> {
    const asked = this.#o.js.publish(subject, data, { retries: 0 });
    return await answered("write to the bus", asked);
  }

  /** The row at a subject; null = none. */
  last(subject: string): Promise<StoredMsg | null> {
    return this.get(this.#o.names.rows, { last_by_subj: subject });
  }

  /** One message of a stream; null = there is none. */
  get(
    stream: string,
    query: { readonly seq: number } | { readonly last_by_subj: string },
  ): Promise<StoredMsg | null> {
    const asked = this.#o.jsm.streams.getMessage(stream, query);
    return answered("read from the bus", asked);
  }
}
