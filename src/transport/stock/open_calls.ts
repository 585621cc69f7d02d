import type { Clock } from "../../base/mod.ts";
import type { Exchange } from "../port.ts";
import type { FailureKind } from "../outcome.ts";
import { Deadlines, type Timed } from "../socket/mod.ts";

/** An exchange under way, and the means to end it. */
export interface OpenCall<Framed> extends Timed<OpenCall<Framed>> {
  readonly exchange: Exchange<Framed>;
  readonly controller: AbortController;
  /** Why kar itself ended it; null = it has not. */
  ended: FailureKind | null;
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
      (open) => this.#end(open, "timeout"),
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

  /** Ends all exchanges as `aborted`; resolves when all were removed. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#emptied = resolve;
      if (this.#open.size === 0) resolve();
      for (const open of this.#open) {
        if (open.ended === null) this.#end(open, "aborted");
      }
      this.#deadlines.close();
    });
    return this.#closed;
  }

  #end(open: OpenCall<Framed>, why: FailureKind): void {
    this.#deadlines.remove(open);
    open.ended = why;
    open.controller.abort();
  }
}
