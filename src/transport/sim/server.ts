import type { Cancel } from "../../base/mod.ts";
import type {
  Call,
  OpenTransport,
  Transport,
  TransportContext,
} from "../port.ts";
import { failure, type Outcome } from "../outcome.ts";
import { EndQueue } from "./end_queue.ts";
import type { SimOptions } from "./options.ts";
import { Service } from "./service.ts";

/**
 * A fake clock may stop a rounding error short of the asked instant; what is
 * this close is due, or the timer would be set again and again for nothing.
 */
const CLOSE_MS = 1e-6;

/** Opens transports to one simulated server that nobody else needs to see. */
export function openSim(options: SimOptions): OpenTransport {
  return new SimServer(options).open;
}

/** A simulated server; several transports may lead to it. */
export class SimServer {
  readonly #service: Service;
  readonly #maxOpen: number;

  constructor(options: SimOptions) {
    this.#service = new Service(options);
    this.#maxOpen = options.maxOpen ?? Infinity;
  }

  /** Requests that reached it: its own count, to hold against `sent`. */
  get requests(): number {
    return this.#service.requests;
  }

  readonly open: OpenTransport = (target, context) =>
    new SimTransport(this.#service, context, {
      timeoutMs: target.timeoutMs,
      maxOpen: this.#maxOpen,
    });
}

class SimTransport implements Transport {
  readonly #service: Service;
  readonly #context: TransportContext;
  readonly #timeoutMs: number;
  readonly #maxOpen: number;
  readonly #queue = new EndQueue();
  #closed = false;
  /** When the timer runs; Infinity = no timer is set. */
  #timerMs = Infinity;
  #cancelTimer: Cancel = () => {};

  constructor(
    service: Service,
    context: TransportContext,
    options: { readonly timeoutMs: number; readonly maxOpen: number },
  ) {
    this.#service = service;
    this.#context = context;
    this.#timeoutMs = options.timeoutMs;
    this.#maxOpen = options.maxOpen;
  }

  send(call: Call): boolean {
    if (this.#closed || this.#queue.size >= this.#maxOpen) return false;
    const nowMs = this.#context.clock.now();
    const endMs = this.#service.arrive(nowMs);
    const outcome = this.#service.outcome();
    const inTime = endMs - nowMs < this.#timeoutMs;
    call.connectMs = NaN;
    call.tlsMs = NaN;
    call.firstByteMs = inTime ? endMs - nowMs : NaN;
    if (inTime) this.#queue.push(endMs, call, outcome);
    else this.#queue.push(nowMs + this.#timeoutMs, call, failure("timeout"));
    this.#arm(nowMs);
    return true;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    while (this.#queue.size > 0) this.#end(failure("aborted"));
    return Promise.resolve();
  }

  /** One timer, for the call that ends first. */
  #arm(nowMs: number): void {
    const nextMs = this.#queue.nextMs;
    if (nextMs >= this.#timerMs || this.#closed) return;
    this.#cancelTimer();
    this.#timerMs = nextMs;
    this.#cancelTimer = this.#context.clock.after(nextMs - nowMs, this.#onTime);
  }

  readonly #onTime = (): void => {
    const nowMs = this.#context.clock.now();
    // While this is below everything, calls sent from inside `done` set no timer.
    this.#timerMs = -Infinity;
    while (this.#queue.nextMs <= nowMs + CLOSE_MS) {
      this.#end(this.#queue.nextOutcome);
    }
    this.#timerMs = Infinity;
    this.#cancelTimer = () => {};
    this.#arm(nowMs);
  };

  #end(outcome: Outcome): void {
    this.#context.done(this.#queue.pop(), outcome);
  }
}
