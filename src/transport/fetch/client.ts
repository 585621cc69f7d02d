import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import type { Request } from "../../request/mod.ts";
import { hrefOf, type OpenCall, OpenCalls, requestFor } from "../stock/mod.ts";
import { answer, failure, isFailure, type Outcome } from "../outcome.ts";
import type { Client, ClientContext, Exchange } from "../port.ts";
import { mayAskBackoff, tellRetryAfter } from "../retry_after.ts";
import { drain, headBytesOf } from "./drain.ts";
import { type ExplainTls, openExplainer } from "../socket/mod.ts";
import { failureOfFetch, isSelfSigned, placeOf, wordsOf } from "./errors.ts";
import { type FetchRequest, frameFetch } from "./request.ts";
import { checkSettings, openClient } from "./settings.ts";

/**
 * Opens a target with `fetch`.
 *
 * HTTP/1.1 has at most `limits.connections` exchanges open, one on each
 * connection; HTTP/2 is one connection on which fetch queues what passes the
 * server's limit of streams.
 *
 * @throws {KarError} for settings that fetch does not have
 */
export function openFetch(
  target: TargetPlan,
  context: ClientContext,
): Client {
  checkSettings(target);
  const capacity = protocolOf(target.protocol).isMultiplexed
    ? Infinity
    : context.limits.connections;
  return new FetchClient(target, context, capacity);
}

const HEAD_TOO_LARGE = failure(
  "too_large",
  "the answer's head has more bytes than limits.max_head_bytes",
);
const BODY_TOO_LARGE = failure(
  "too_large",
  "the answer's body has more bytes than limits.max_body_bytes",
);

const SWITCHED = failure(
  "protocol",
  "status 101, though no upgrade was asked for",
);
const SWITCHING_PROTOCOLS = 101;

class FetchClient implements Client<FetchRequest> {
  readonly #target: TargetPlan;
  readonly #http: Deno.HttpClient;
  /** Where connections lead, for reasons of failures. */
  readonly #href: string;
  readonly #context: ClientContext;
  readonly #capacity: number;
  readonly #open: OpenCalls<FetchRequest>;
  readonly #explain: ExplainTls;
  #last: Outcome = failure("other");
  #closed: Promise<void> | null = null;

  constructor(
    target: TargetPlan,
    context: ClientContext,
    capacity: number,
  ) {
    this.#target = target;
    this.#http = openClient(target, context);
    this.#href = hrefOf(context.url);
    this.#context = context;
    this.#capacity = capacity;
    this.#open = new OpenCalls(context.clock, target.timeoutMs);
    this.#explain = openExplainer({
      ...placeOf(this.#href),
      serverName: null,
      alpn: [],
      clock: context.clock,
    });
  }

  frame(request: Request): FetchRequest {
    return frameFetch(this.#target, request, this.#http);
  }

  send(exchange: Exchange<FetchRequest>): boolean {
    if (this.#open.closed || this.#open.size >= this.#capacity) return false;
    void this.#run(this.#open.add(exchange));
    return true;
  }

  cancel(exchange: Exchange<FetchRequest>, outcome: Outcome): void {
    this.#open.cancel(exchange, outcome);
  }

  close(): Promise<void> {
    this.#closed ??= this.#open.close().then(() => this.#http.close());
    return this.#closed;
  }

  async #run(open: OpenCall<FetchRequest>): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.#exchange(open);
    } catch (error) {
      outcome = await this.#failureOf(error, open);
    }
    this.#open.remove(open);
    this.#context.done(open.exchange, outcome);
  }

  async #failureOf(
    error: unknown,
    open: OpenCall<FetchRequest>,
  ): Promise<Outcome> {
    const before = this.#last;
    // At once, since exchanges that waited for this connection are told next.
    this.#last = open.ended === null
      ? failureOfFetch(error, before, this.#href)
      : open.ended;
    const found = this.#last;
    const words = wordsOf(error);
    const isOpen = isFailure(found, "tls") && found !== before &&
      !isSelfSigned(words);
    if (!isOpen) return found;
    const { host } = placeOf(this.#href);
    this.#last = failure("tls", await this.#explain(words, host));
    return open.ended ?? this.#last;
  }

  async #exchange(
    { exchange, controller }: OpenCall<FetchRequest>,
  ): Promise<Outcome> {
    const { varying } = exchange.framed;
    const { init, url } = varying === null
      ? exchange.framed
      : this.frame(requestFor(varying, exchange));
    // One init object serves all exchanges of a request: fetch has read it when
    // it returns.
    init.signal = controller.signal;
    const response = await fetch(url, init);
    exchange.firstByteMs = this.#context.clock.now() - exchange.sentMs;
    if (response.status === SWITCHING_PROTOCOLS) {
      await response.body?.cancel();
      return SWITCHED;
    }
    if (mayAskBackoff(response.status)) {
      tellRetryAfter(this.#context, response.headers.get("retry-after") ?? "");
    }
    if (headBytesOf(response) > this.#context.limits.maxHeadBytes) {
      await response.body?.cancel();
      return HEAD_TOO_LARGE;
    }
    const whole = await drain(response, this.#context.limits.maxBodyBytes);
    return whole ? answer(response.status) : BODY_TOO_LARGE;
  }
}
