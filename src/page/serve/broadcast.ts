import type { ServerResponse } from "node:http";
import type { PagePort } from "../make/mod.ts";
import { Streams } from "./streams.ts";

/**
 * One run, shown to all viewers: messages are made once for all of them, and
 * not at all while there are none.
 */
export class Broadcast {
  readonly #streams = new Streams();
  readonly #port: PagePort;
  /** What is new is being made and sent. */
  #sending: Promise<void> | null = null;
  #isWanted = false;

  constructor(port: PagePort) {
    this.#port = port;
  }

  get viewers(): number {
    return this.#streams.size;
  }

  /**
   * There is something new. Resolves once all viewers have been sent it;
   * further calls while it is being made lead to one more message.
   */
  async update(): Promise<void> {
    if (this.viewers === 0) return this.#port.forget();
    this.#isWanted = true;
    this.#sending ??= this.#send().finally(() => this.#sending = null);
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const message = await this.#port.news();
      if (message !== null) this.#streams.send(message);
    }
  }

  /** Takes one more viewer. What is sent to the others meanwhile is in what it gets first. */
  async add(response: ServerResponse): Promise<void> {
    this.#streams.add(response);
    try {
      this.#streams.begin(response, await this.#port.all());
    } catch {
      response.destroy();
    }
  }

  /** The run is over. */
  end(): Promise<void> {
    return this.#streams.end();
  }
}
