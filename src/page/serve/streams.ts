import type { ServerResponse } from "node:http";

/** Viewers at once; one more ends the first. */
export const VIEWERS_MAX = 16;
/** Bytes that may wait for a viewer that does not read; beyond that, it is dropped. */
export const BACKLOG_BYTES_MAX = 4 * 2 ** 20;
/** Time after which a browser whose server is gone asks again. */
const RETRY_MS = 2000;
/** Time that the last message has to be sent: a busy machine needs some tenths of a second. */
const GOODBYE_MS = 1000;

const HEAD = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** All viewers of a run by Server-Sent Events. None of them can hold up the others, or kar. */
export class Streams {
  /** Each viewer, and whether it has begun. */
  readonly #open = new Map<ServerResponse, boolean>();

  get size(): number {
    return this.#open.size;
  }

  /** Takes one more viewer. It is told nothing before its `begin`. */
  add(response: ServerResponse): void {
    if (this.#open.size >= VIEWERS_MAX) {
      this.#drop(this.#open.keys().next().value!);
    }
    this.#open.set(response, false);
    response.on("close", () => this.#open.delete(response));
    response.writeHead(200, HEAD);
    response.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Tells a viewer what all others have, and from here on what they are told. @param first null = nothing yet */
  begin(response: ServerResponse, first: string | null): void {
    if (!this.#open.has(response)) return;
    this.#open.set(response, true);
    if (first !== null) response.write(eventOf(first));
  }

  /** Tells all of them; who has not read the last ones is dropped. */
  send(message: string): void {
    const event = eventOf(message);
    for (const [response, hasBegun] of this.#open) {
      if (!hasBegun) continue;
      if (response.writableLength > BACKLOG_BYTES_MAX) this.#drop(response);
      else response.write(event);
    }
  }

  /** Tells all of them that the run is over, and waits a moment for those who read. */
  async end(): Promise<void> {
    const all = [...this.#open.keys()];
    this.#open.clear();
    const gone = all.map((response) =>
      new Promise<void>((resolve) => {
        response.on("close", resolve);
        response.end("event: over\ndata: over\n\n", resolve);
      })
    );
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, GOODBYE_MS);
    await Promise.race([Promise.all(gone), late.promise]);
    clearTimeout(timer);
    for (const response of all) response.destroy();
  }

  #drop(response: ServerResponse): void {
    this.#open.delete(response);
    response.destroy();
  }
}

/** JSON has no line breaks of its own, so a message is one line. */
function eventOf(message: string): string {
  return `data: ${message}\n\n`;
}
