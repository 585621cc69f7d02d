import { assert } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { tellBackoff, withOneDeadline } from "../grpc/mod.ts";
import type { Outcome } from "../outcome.ts";
import type { Client, ClientContext, Exchange } from "../port.ts";
import type { TlsTexts } from "../resolved.ts";
import type { Request, TargetUrl } from "../../request/mod.ts";
import { endpointOf, openExplainer, tlsContext } from "../socket/mod.ts";
import { hrefOf, type OpenCall, OpenCalls, requestFor } from "../stock/mod.ts";
import type { ConnectSessionOptions } from "./session.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { type ConnectRequest, frameConnect } from "./request.ts";

const ALPN = ["h2"];

/**
 * Opens a gRPC target with Connect.
 *
 * Connect is loaded meanwhile; calls sent before it is there wait for it.
 *
 * @throws {KarError} (config) for certificates that cannot be used
 */
export function openConnect(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const { resolved, limits, clock, url } = context;
  assert(resolved?.grpc, "a gRPC target is resolved before it is opened");
  const options: EngineOptions = {
    url: new URL(hrefOf(url)),
    call: resolved.grpc,
    connection: connectionOf(target, url, resolved.tls),
    maxHeadBytes: limits.maxHeadBytes,
    maxMessageBytes: limits.maxBodyBytes,
    explain: openExplainer({
      ...endpointAt(url),
      serverName: target.tls?.serverName ?? null,
      alpn: ALPN,
      clock,
    }),
    onAsked: (fields) => tellBackoff(context, fields),
  };
  const timed = withOneDeadline(context, target.timeoutMs);
  return new ConnectClient(options, timed, target.timeoutMs);
}

/** Where TLS handshakes are made; over a Unix socket there are none. */
function endpointAt(
  { peer, authority }: TargetUrl,
): { readonly host: string; readonly port: number } {
  return peer.kind === "tcp" ? peer : { host: authority, port: 0 };
}

/** Where the connections of a target's stock gRPC client lead. */
export function connectionOf(
  target: Pick<TargetPlan, "tls" | "insecure">,
  url: TargetUrl,
  tls: TlsTexts,
): ConnectSessionOptions {
  const endpoint = endpointOf(target, url, { tls, alpn: ALPN });
  return {
    peer: url.peer,
    tls: endpoint.tls === null ? null : tlsContext(endpoint.host, endpoint.tls),
  };
}

class ConnectClient implements Client<ConnectRequest> {
  readonly #engine: Promise<Engine>;
  readonly #open: OpenCalls<ConnectRequest>;
  readonly #done: ClientContext["done"];
  readonly #clock: ClientContext["clock"];
  #closed: Promise<void> | null = null;

  constructor(
    options: EngineOptions,
    { clock, done }: Pick<ClientContext, "clock" | "done">,
    timeoutMs: number,
  ) {
    this.#engine = import("./engine.ts").then((m) => new m.Engine(options));
    this.#open = new OpenCalls(clock, timeoutMs);
    this.#done = done;
    this.#clock = clock;
  }

  frame(request: Request): ConnectRequest {
    return frameConnect(request);
  }

  send(exchange: Exchange<ConnectRequest>): boolean {
    if (this.#open.closed) return false;
    void this.#run(this.#open.add(exchange));
    return true;
  }

  cancel(exchange: Exchange<ConnectRequest>, outcome: Outcome): void {
    this.#open.cancel(exchange, outcome);
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #run(open: OpenCall<ConnectRequest>): Promise<void> {
    const engine = await this.#engine;
    const { exchange, controller: { signal } } = open;
    const begun = () =>
      exchange.firstByteMs = this.#clock.now() - exchange.sentMs;
    const { varying } = exchange.framed;
    const framed = varying === null
      ? exchange.framed
      : frameConnect(requestFor(varying, exchange));
    const outcome = await engine.run(framed, signal, begun);
    this.#open.remove(open);
    this.#done(open.exchange, open.ended ?? outcome);
  }

  async #end(): Promise<void> {
    await this.#open.close();
    const engine = await this.#engine;
    engine.close();
  }
}
