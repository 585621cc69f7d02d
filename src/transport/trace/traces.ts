import { assert } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import {
  type ArrivalDraws,
  type Request,
  streamOf,
  type Text,
} from "../../request/mod.ts";
import type { Client, ClientContext, Exchange, Lease } from "../port.ts";

const HEADER = "traceparent";
/** Version, trace, parent, and the flag "sampled" (W3C Trace Context, 3.2). */
const TRACEPARENT = "00-{{hex 32}}-{{hex 16}}-01";
/** Where the trace's id begins in it. */
const ID_FROM = 3;
const ID_TO = ID_FROM + 32;

/** The target with the header that the requests drawn for tracing carry. */
function withTraceHeader(target: TargetPlan): TargetPlan {
  const header = [HEADER, TRACEPARENT] as const;
  return { ...target, headers: [...target.headers, header] };
}

/**
 * Which requests of a target are traced, and with which id: decided by the key
 * of their arrival.
 */
class Traces {
  readonly #share: number;
  readonly #stream: number;
  readonly #draws: ArrivalDraws;
  readonly #header: Text;
  readonly #bytes: Uint8Array;

  /** @param request the target's, with the header */
  constructor({ name, trace = 0 }: TargetPlan, request: Request) {
    const at = request.headers.findIndex(({ name }) => name === HEADER);
    const header = request.vary?.headers[at];
    assert(request.vary && header, "a traced request has a header that varies");
    this.#share = trace;
    this.#stream = streamOf(name, "trace");
    this.#draws = request.vary.draws;
    this.#header = header;
    this.#bytes = new Uint8Array(header.most);
  }

  /** Whether an arrival's request is traced. */
  isTraced(exchange: Exchange): boolean {
    this.#draws.begin(exchange);
    return this.#draws.unit(this.#stream) < this.#share;
  }

  /** The id of its trace: 32 hexadecimal digits. */
  idOf(exchange: Exchange): string {
    this.#draws.begin(exchange);
    const end = this.#header.write(this.#bytes, 0, this.#draws);
    const written = new TextDecoder().decode(this.#bytes.subarray(0, end));
    return written.slice(ID_FROM, ID_TO);
  }
}

/** A request in both of its forms, as `Exchange.framed` has it. */
class TracedRequest {
  constructor(
    readonly plain: unknown,
    readonly traced: unknown,
    readonly traces: Traces,
  ) {}
}

/**
 * Makes both forms of a target's request.
 *
 * @param read makes the request of a target
 * @param client made by `withTraces`
 */
export function frameTraced(
  target: TargetPlan,
  read: (target: TargetPlan) => Request,
  client: Client,
): unknown {
  const request = read(withTraceHeader(target));
  return new TracedRequest(
    client.frame(read(target)),
    client.frame(request),
    new Traces(target, request),
  );
}

/**
 * Wraps a client so that it sends the form of a request (with or without the
 * header) that its arrival has drawn.
 */
export function withTraces(
  done: ClientContext["done"],
  open: (done: ClientContext["done"]) => Client,
): Client {
  /** What exchanges carried before; they get it back at their end. */
  const requests = new Map<Exchange, TracedRequest>();
  const giveBack = (exchange: Exchange) => {
    exchange.framed = requests.get(exchange) ?? exchange.framed;
    requests.delete(exchange);
  };
  const client = open((exchange, outcome) => {
    giveBack(exchange);
    done(exchange, outcome);
  });
  return {
    frame: (request) => client.frame(request),
    send(exchange) {
      const { framed } = exchange;
      if (!(framed instanceof TracedRequest)) return client.send(exchange);
      requests.set(exchange, framed);
      const isTraced = framed.traces.isTraced(exchange);
      exchange.framed = isTraced ? framed.traced : framed.plain;
      const isSent = client.send(exchange);
      if (!isSent) giveBack(exchange);
      return isSent;
    },
    cancel: (exchange, outcome) => client.cancel(exchange, outcome),
    ...(client.release && {
      release: (lease: Lease) => client.release!(lease),
    }),
    close: () => client.close(),
  };
}

/** The id of the trace with which a request was sent; null = it was not traced. */
export function traceIdOf(exchange: Exchange): string | null {
  const { framed } = exchange;
  if (!(framed instanceof TracedRequest)) return null;
  const { traces } = framed;
  return traces.isTraced(exchange) ? traces.idOf(exchange) : null;
}
