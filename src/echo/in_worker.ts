import { assert, KarError } from "../base/mod.ts";
import type { Numbered, ThreadReply, ThreadRequest } from "./messages.ts";
import type { EchoStats } from "./request_counter.ts";
import type { EchoOptions, EchoServer } from "./types.ts";

/** How long the server's thread may take for an answer, in milliseconds: on a busy machine it may take long to load. */
const ANSWER_LIMIT_MS = 60_000;

/**
 * Starts the sample server in a thread of its own, so that it takes no time
 * from the thread that asks, as a server elsewhere would not.
 *
 * @throws {KarError} as `startEcho` does; the thread has ended then
 */
export async function startEchoInWorker(
  options: EchoOptions,
): Promise<EchoServer> {
  const thread = new EchoThread();
  try {
    const answer = await thread.ask({ kind: "start", options });
    assert(answer.kind === "started", "a start is answered by a start");
    return handleOf(thread, answer.ports);
  } catch (error) {
    thread.end();
    throw error;
  }
}

function handleOf(thread: EchoThread, ports: EchoServer["ports"]): EchoServer {
  async function askStats(kind: "stats" | "shutdown"): Promise<EchoStats> {
    const answer = await thread.ask({ kind });
    assert(answer.kind === "stats", "counts are answered by counts");
    return answer.stats;
  }
  let last: Promise<EchoStats> | undefined;
  return {
    ports,
    stats: () => last ?? askStats("stats"),
    async shutdown() {
      last ??= askStats("shutdown").finally(() => thread.end());
      await last;
    },
  };
}

interface Waiting {
  readonly resolve: (answer: ThreadReply) => void;
  readonly reject: (error: Error) => void;
}

/** The worker, and the questions that it has not answered yet. */
class EchoThread {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url).href, {
    type: "module",
  });
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor() {
    this.#worker.onmessage = (
      { data }: MessageEvent<Numbered<ThreadReply>>,
    ) => {
      const waiting = this.#waiting.get(data.id);
      if (data.kind !== "failed") waiting?.resolve(data);
      else waiting?.reject(new KarError(data.exit, data.message));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll(`broke: ${event.message}`);
    };
  }

  async ask(question: ThreadRequest): Promise<ThreadReply> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<ThreadReply>();
    const limit = setTimeout(
      () => this.#failAll(`did not answer for ${ANSWER_LIMIT_MS} ms`),
      ANSWER_LIMIT_MS,
    );
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage(
      { ...question, id } satisfies Numbered<ThreadRequest>,
    );
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      this.#waiting.delete(id);
    }
  }

  end(): void {
    this.#worker.terminate();
    this.#failAll("has ended");
  }

  #failAll(what: string): void {
    const error = new KarError("bug", `The echo server's thread ${what}`);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}
