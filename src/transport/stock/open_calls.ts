import type { Clock } from "../../base/mod.ts";
import type { Exchange } from "../port.ts";
import { failure, type Outcome } from "../outcome.ts";
import { Deadlines, type Timed } from "../socket/mod.ts";

const TIMEOUT = failure("timeout");
const ABORTED = failure("aborted");

/** An exchange under way, and the means to end it. */
export interface OpenCall<Framed> extends Timed<OpenCall<Framed>> {
  readonly exchange: Exchange<Framed>;
  readonly controller: AbortController;
  /** The outcome with which kar itself ended it; null = kar did not. */
  ended: Outcome | null;
}

/**
 * The exchanges that a stock client has under way: ends them at their timeout and
 * at a stop, through their `AbortSignal`. With one timer for all, that costs
 * less than an `AbortSignal.timeout` for each.
 */
export class OpenCalls<Framed> {
  readonly #deadlines: Deadlines<OpenCall<Framed>>;
  readonly #open = new Set<OpenCall<Framed>>();
  #closed: Promise<void> | null = null;
  #emptied: () => void = () => {};

  constructor(clock: Clock, timeoutMs: number) {
    this.#deadlines = new Deadlines(
      clock,
      timeoutMs,
      (open) => this.#end(open, TIMEOUT),
    );
  }

  get size(): number {
    return this.#open.size;
  }

  get closed(): boolean {
    return this.#closed !== null;
  }

  /** Begins the time of an exchange. */
  add(exchange: Exchange<Framed>): OpenCall<Framed> {
    const open: OpenCall<Framed> = {
      exchange,
      controller: new AbortController(),
      ended: null,
      deadlineMs: 0,
      before: null,
      after: null,
    };
    exchange.bearer = open;
    this.#deadlines.add(open);
    this.#open.add(open);
    return open;
  }

  /** Forgets an exchange that is over; exactly once for each `add`. */
  remove(open: OpenCall<Framed>): void {
    if (open.ended === null) this.#deadlines.remove(open);
    this.#open.delete(open);
    if (this.#open.size === 0) this.#emptied();
  }

  /** Ends an exchange that is under way before its time. */
  cancel({ bearer }: Exchange<Framed>, outcome: Outcome): void {
    const open = bearer as OpenCall<Framed> | null;
    if (open === null || open.ended !== null || !this.#open.has(open)) return;
    this.#end(open, outcome);
  }

  /** Ends all exchanges as `aborted`; resolves when all were removed. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#emptied = resolve;
      if (this.#open.size === 0) resolve();
      for (const open of this.#open) {
        if (open.ended === null) this.#end(open, ABORTED);
      }
      this.#deadlines.close();
    });
    return this.#closed;
  }

  #end(open: OpenCall<Framed>, outcome: Outcome): void {
    this.#deadlines.remove(open);
    open.ended = outcome;
    open.controller.abort();
  }
}
