import { KarError } from "../base/mod.ts";
import type { SpawnEvents } from "./link.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/**
 * A worker that has not answered by then is stuck. On a busy machine it may
 * load slowly; one that hangs later is given up by the pool, and sooner.
 */
const ANSWER_MS_MAX = 60_000;

type WorkerMessage<Kind extends FromWorker["kind"]> = Extract<
  FromWorker,
  { kind: Kind }
>;

/** What a thread reports unasked. */
export interface ThreadEvents {
  /** It died; called at most once. */
  readonly lost: (why: string) => void;
  /** Why its requests failed; absent = it sends none. */
  readonly failing?: SpawnEvents["failing"];
}

/** A Deno Worker with questions and answers, one of a kind at a time. */
export class Thread {
  readonly #worker: Worker;
  readonly #on: ThreadEvents;
  /** Questions by the kind of their answers: a worker is closed while it makes a plan ready, too. */
  readonly #waiting = new Map<string, PromiseWithResolvers<FromWorker>>();
  #isOver = false;

  constructor(worker: Worker, on: ThreadEvents) {
    this.#worker = worker;
    this.#on = on;
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
      this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(event.message);
    };
    this.#worker.onmessageerror = () => this.#lose("unreadable message");
  }

  tell(message: ToWorker): void {
    if (!this.#isOver) this.#worker.postMessage(message);
  }

  async ask<Kind extends FromWorker["kind"]>(
    message: ToWorker,
    kind: Kind,
    withinMs = ANSWER_MS_MAX,
  ): Promise<WorkerMessage<Kind>> {
    if (this.#isOver) throw new Error("Worker has ended");
    const waiting = Promise.withResolvers<FromWorker>();
    const { promise, reject } = waiting;
    this.#waiting.set(kind, waiting);
    const timer = setTimeout(
      () => reject(new Error(`Worker did not answer within ${withinMs} ms`)),
      withinMs,
    );
    this.tell(message);
    try {
      return await promise as WorkerMessage<Kind>;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(kind);
    }
  }

  terminate(): void {
    this.#isOver = true;
    this.#worker.terminate();
    this.#failAll(new Error("Worker has ended"));
  }

  #receive(message: FromWorker): void {
    if (message.kind === "failing") return this.#on.failing?.(message.batch);
    if (message.kind !== "failed") {
      return this.#waiting.get(message.kind)?.resolve(message);
    }
    const exit = message.exit === "done" ? "bug" : message.exit;
    const error = new KarError(exit, message.message);
    if (this.#waiting.size === 0) this.#lose(message.message);
    else this.#failAll(error);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#failAll(new Error(`Worker failed: ${why}`));
    this.terminate();
    this.#on.lost(why);
  }
}
