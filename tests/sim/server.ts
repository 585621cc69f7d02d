import { type Clock, KarError } from "../../src/base/mod.ts";
import type { TargetPlan } from "../../src/plan/mod.ts";
import {
  answer,
  type Client,
  type ClientContext,
  type Exchange,
  failure,
  type OpenClient,
  type Outcome,
} from "../../src/transport/mod.ts";

/** A server in simulated time, with accounts of its own. */
export class SimServer {
  /** Requests that came, and those that have had their end. */
  sent = 0;
  ended = 0;
  /** Answers so far, and requests that kar gave up. */
  answered = 0;
  aborted = 0;
  /** Clients that are open. */
  clients = 0;
  /** How long an answer takes that is asked for now; Infinity = none ever. */
  latencyMs: (nowMs: number) => number = () => 5;
  /** What an answer says. */
  outcome: Outcome = answer(200);
  /** The body of an answer, and how many answers were kept. */
  body = new Uint8Array();
  kept = 0;
  /** Backoff that every answer asks for. */
  retryAfterMs: number | null = null;
  /** Whether a connection is free. */
  accepts: () => boolean = () => true;
  /** Sees every request that comes. */
  watch: (exchange: Exchange, nowMs: number) => void = () => {};

  /** Requests that have had no end yet. */
  get open(): number {
    return this.sent - this.ended;
  }

  /** Which targets cannot be opened. */
  refuses: (target: TargetPlan) => boolean = () => false;

  /** The client of this server. */
  readonly client: OpenClient = (target, context) => {
    if (this.refuses(target)) throw new KarError("config", "cannot be opened");
    this.clients++;
    return new SimClient(this, target, context);
  };
}

class SimClient implements Client {
  readonly #server: SimServer;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #done: ClientContext["done"];
  readonly #retryAfter: ClientContext["retryAfter"];
  readonly #bodyFor: ClientContext["bodyFor"];
  readonly #open = new Map<Exchange, () => void>();
  #isClosed = false;

  constructor(
    server: SimServer,
    { timeoutMs }: TargetPlan,
    { clock, done, retryAfter, bodyFor }: ClientContext,
  ) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#done = done;
    this.#retryAfter = retryAfter;
    this.#bodyFor = bodyFor;
  }

  frame(): null {
    return null;
  }

  send(exchange: Exchange): boolean {
    const server = this.#server;
    if (this.#isClosed || !server.accepts()) return false;
    const nowMs = this.#clock.now();
    server.sent++;
    server.watch(exchange, nowMs);
    const latencyMs = server.latencyMs(nowMs);
    const isAnswered = latencyMs <= this.#timeoutMs;
    const outcome = isAnswered ? server.outcome : failure("timeout");
    const cancel = this.#clock.after(
      Math.min(latencyMs, this.#timeoutMs),
      () => {
        if (isAnswered) server.answered++;
        const { retryAfterMs } = server;
        if (retryAfterMs !== null) this.#retryAfter?.(retryAfterMs);
        if (outcome.kind === "answer") this.#keep(exchange, outcome.code);
        this.#end(exchange, outcome);
      },
    );
    this.#open.set(exchange, cancel);
    return true;
  }

  cancel(exchange: Exchange, outcome: Outcome): void {
    const cancel = this.#open.get(exchange);
    if (cancel === undefined) return;
    cancel();
    this.#server.aborted++;
    this.#end(exchange, outcome);
  }

  close(): Promise<void> {
    if (!this.#isClosed) this.#server.clients--;
    this.#isClosed = true;
    for (const [exchange, cancel] of this.#open) {
      cancel();
      this.#server.aborted++;
      this.#end(exchange, failure("aborted"));
    }
    return Promise.resolve();
  }

  #keep(exchange: Exchange, code: number): void {
    const { body } = this.#server;
    exchange.kept ??= this.#bodyFor?.(exchange, code) ?? null;
    if (exchange.kept === null) return;
    exchange.kept.addBody(body, 0, body.length);
    this.#server.kept++;
  }

  #end(exchange: Exchange, outcome: Outcome): void {
    this.#open.delete(exchange);
    this.#server.ended++;
    this.#done(exchange, outcome);
  }
}
