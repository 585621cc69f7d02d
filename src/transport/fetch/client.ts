import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { type OpenCall, OpenCalls } from "../stock/mod.ts";
import { answer, failure, isFailure, type Outcome } from "../outcome.ts";
import type { Client, ClientContext, Exchange } from "../port.ts";
import { mayAskSilence, tellRetryAfter } from "../retry_after.ts";
import { drain, headBytesOf } from "./drain.ts";
import { type ExplainTls, openExplainer } from "../socket/mod.ts";
import { failureOfFetch, isSelfSigned, placeOf, wordsOf } from "./errors.ts";
import { buildRequest, type RequestParts } from "./request.ts";

/**
 * Opens a target with `fetch`.
 *
 * HTTP/1.1 has at most `limits.connections` exchanges open, one on each
 * connection; HTTP/2 is one connection on which fetch queues what passes the
 * server's limit of streams.
 *
 * @throws {KarError} for a request that fetch refuses to make
 */
export function openFetch(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const parts = buildRequest(target, context);
  const capacity = protocolOf(target.protocol).isMultiplexed
    ? Infinity
    : context.limits.connections;
  return new FetchClient(parts, context, {
    capacity,
    timeoutMs: target.timeoutMs,
  });
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

class FetchClient implements Client {
  readonly #parts: RequestParts;
  readonly #context: ClientContext;
  readonly #capacity: number;
  readonly #open: OpenCalls;
  readonly #explain: ExplainTls;
  #last: Outcome = failure("other");
  #closed: Promise<void> | null = null;

  constructor(
    parts: RequestParts,
    context: ClientContext,
    options: { readonly capacity: number; readonly timeoutMs: number },
  ) {
    this.#parts = parts;
    this.#context = context;
    this.#capacity = options.capacity;
    this.#open = new OpenCalls(context.clock, options.timeoutMs);
    this.#explain = openExplainer({
      ...placeOf(parts.url),
      serverName: null,
      alpn: [],
      clock: context.clock,
    });
  }

  send(exchange: Exchange): boolean {
    if (this.#open.closed || this.#open.size >= this.#capacity) return false;
    void this.#run(this.#open.add(exchange));
    return true;
  }

  close(): Promise<void> {
    this.#closed ??= this.#open.close().then(() => this.#parts.client.close());
    return this.#closed;
  }

  async #run(open: OpenCall): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.#exchange(open);
    } catch (error) {
      outcome = await this.#failureOf(error, open);
    }
    this.#open.remove(open);
    this.#context.done(open.exchange, outcome);
  }

  async #failureOf(error: unknown, open: OpenCall): Promise<Outcome> {
    const before = this.#last;
    // At once: exchanges that waited for this one's connection hear of it next.
    this.#last = open.ended === null
      ? failureOfFetch(error, before, this.#parts.url)
      : failure(open.ended);
    const found = this.#last;
    const words = wordsOf(error);
    const isOpen = isFailure(found, "tls") && found !== before &&
      !isSelfSigned(words);
    if (!isOpen) return found;
    const { host } = placeOf(this.#parts.url);
    this.#last = failure("tls", await this.#explain(words, host));
    return open.ended === null ? this.#last : failure(open.ended);
  }

  async #exchange({ exchange, controller }: OpenCall): Promise<Outcome> {
    const { init, url } = this.#parts;
    // One init serves all: fetch has read it by the time it returns.
    init.signal = controller.signal;
    const response = await fetch(url, init);
    exchange.firstByteMs = this.#context.clock.now() - exchange.sentMs;
    if (response.status === SWITCHING_PROTOCOLS) {
      await response.body?.cancel();
      return SWITCHED;
    }
    if (mayAskSilence(response.status)) {
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
