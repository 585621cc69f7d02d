import { serveSteadily } from "../../serving/mod.ts";
import type { Listener, ListenOptions } from "../types.ts";
import type { FetchHandler } from "./app.ts";

/** Time for the last answers to leave the process, in milliseconds. */
const FLUSH_MS = 20;

/**
 * Listens for HTTP/1.1 and HTTP/2: by prior knowledge in plain text, by ALPN
 * over TLS.
 *
 * Closing does not use `shutdown()` of Deno's server: once that was called the
 * server cannot be aborted any more, so a client that never reads its answer
 * would keep it open for good.
 *
 * @throws Deno's error when the port cannot be taken
 */
export function listenHttp(
  handler: FetchHandler,
  address: ListenOptions,
): Listener {
  const { hostname, port, tls } = address;
  const killer = new AbortController();
  const drain = new Drain(handler);
  const { signal } = killer;
  const server = serveSteadily(port, signal, (port) =>
    Deno.serve({
      hostname,
      port,
      ...tls,
      signal,
      onListen: () => {},
      onError: () => new Response(null, { status: 500 }),
    }, (request) => drain.handle(request)));
  return {
    port: server.port,
    async close() {
      await Promise.race([drain.close(), server.finished]);
      killer.abort();
      await server.finished;
    },
    kill: () => killer.abort(),
  };
}

/** Knows how many requests are being worked on, and when there are none left. */
class Drain {
  readonly #handler: FetchHandler;
  readonly #empty = Promise.withResolvers<void>();
  #open = 0;
  #closing = false;

  constructor(handler: FetchHandler) {
    this.#handler = handler;
  }

  handle(request: Request): Response | Promise<Response> {
    if (this.#closing) return closingResponse();
    const answer = this.#handler(request);
    if (answer instanceof Response) return answer;
    this.#open++;
    return answer.finally(() => this.#ended());
  }

  /** Takes no more requests; resolves when the open ones are answered. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#open === 0) this.#empty.resolve();
    await this.#empty.promise;
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  }

  #ended(): void {
    this.#open--;
    if (this.#closing && this.#open === 0) this.#empty.resolve();
  }
}

function closingResponse(): Response {
  return new Response(null, {
    status: 503,
    headers: { connection: "close" },
  });
}
