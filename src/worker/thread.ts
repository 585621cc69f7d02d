import { KarError, setEventInterval } from "../base/mod.ts";
import { describeSlowReads } from "./event_interval.ts";
import type { SenderLink, SpawnEvents } from "./link.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { StartPoint } from "./feed.ts";
import type { SenderOptions, SendPlan } from "./sender.ts";

/** Rounds of the handshake that calibrates a worker's clock. */
const PING_ROUNDS = 8;
/**
 * A worker that has not answered by then is stuck. On a busy machine it may
 * take long to load; one that hangs later is given up by the crew, and sooner.
 */
const ANSWER_MS_MAX = 60_000;
/** Time that a closing worker gets to count what it aborts. */
const CLOSE_MS_MAX = 1000;
/** Two estimates of one offset that differ by more than this do not mean the same. */
const OFFSET_TOLERANCE_MS = 0.05;

/** Starts a worker thread. See `Spawn`. */
export async function spawnThread(
  options: SenderOptions,
  on: SpawnEvents,
): Promise<SenderLink> {
  setEventInterval(Deno.env);
  const thread = new Thread(on.lost);
  try {
    const offsetMs = await calibrate(thread);
    const { readTurns } = await thread.ask(
      { kind: "open", options, offsetMs },
      "opened",
    );
    const slowReads = describeSlowReads(readTurns);
    if (slowReads !== undefined) on.warn(slowReads);
    return new ThreadLink(thread);
  } catch (error) {
    thread.terminate();
    throw error;
  }
}

type Answer<Kind extends FromWorker["kind"]> = Extract<
  FromWorker,
  { kind: Kind }
>;

/** A Deno Worker with questions and answers, one of a kind at a time. */
class Thread {
  readonly #worker = new Worker(new URL("./entry.ts", import.meta.url).href, {
    type: "module",
  });
  readonly #onLost: (why: string) => void;
  /** Questions by the kind of their answers: a worker is closed while it makes a plan ready, too. */
  readonly #waiting = new Map<string, PromiseWithResolvers<FromWorker>>();
  #isOver = false;

  constructor(onLost: (why: string) => void) {
    this.#onLost = onLost;
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
  ): Promise<Answer<Kind>> {
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
      return await promise as Answer<Kind>;
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
    this.#onLost(why);
  }
}

class ThreadLink implements SenderLink {
  readonly #thread: Thread;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  async addPlan(plan: SendPlan | null): Promise<void> {
    await this.#thread.ask({ kind: "plan", plan }, "planned");
  }

  start(point: StartPoint): void {
    this.#thread.tell({ kind: "start", point });
  }

  async close(): Promise<void> {
    try {
      await this.#thread.ask({ kind: "close" }, "closed", CLOSE_MS_MAX);
    } catch {
      // Stuck or dead: what it leaves behind is settled from its counts.
    }
  }

  terminate(): void {
    this.#thread.terminate();
  }
}

/**
 * How far a worker's monotonic clock is behind the main thread's.
 *
 * The origins tell it to a microsecond as long as the wall clock did not step
 * between the starts of the two threads; the quickest of some round trips
 * tells it to half its length, whatever the wall clock did. The second checks
 * the first.
 */
async function calibrate(thread: Thread): Promise<number> {
  let best = { tripMs: Infinity, offsetMs: 0, byOriginMs: 0 };
  for (let i = 0; i < PING_ROUNDS; i++) {
    const askedMs = performance.now();
    const pong = await thread.ask({ kind: "ping" }, "pong");
    const answeredMs = performance.now();
    const tripMs = answeredMs - askedMs;
    if (tripMs >= best.tripMs) continue;
    best = {
      tripMs,
      offsetMs: (askedMs + answeredMs) / 2 - pong.nowMs,
      byOriginMs: pong.timeOriginMs - performance.timeOrigin,
    };
  }
  const doubtMs = best.tripMs / 2 + OFFSET_TOLERANCE_MS;
  return Math.abs(best.byOriginMs - best.offsetMs) <= doubtMs
    ? best.byOriginMs
    : best.offsetMs;
}
