import { assert } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { tellSilence, withOneDeadline } from "../grpc/mod.ts";
import { failure } from "../outcome.ts";
import type { Client, ClientContext, Exchange } from "../port.ts";
import type { TlsTexts } from "../resolved.ts";
import { readRequest, type Request } from "../../request/mod.ts";
import { endpointOf, openExplainer, tlsContext } from "../socket/mod.ts";
import { headersOf, hrefOf, type OpenCall, OpenCalls } from "../stock/mod.ts";
import type { ConnectionOptions } from "./session.ts";
import type { Engine, EngineOptions } from "./engine.ts";

const ALPN = ["h2"];

/**
 * Opens a gRPC target with Connect.
 *
 * Connect is loaded meanwhile; calls sent before it is there wait for it.
 *
 * @throws {KarError} (config) for a URL, metadata or certificates that cannot
 *   be used
 */
export function openConnect(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const { resolved, limits, clock } = context;
  assert(resolved?.grpc, "a gRPC target is resolved before it is opened");
  const request = readRequest(
    { ...target, client: "connect", body: null },
    context.expand,
  );
  const options: EngineOptions = {
    url: new URL(hrefOf(request)),
    call: resolved.grpc,
    headers: buildHeaders(target, request, context),
    connection: connectionOf(target, request, resolved.tls),
    maxHeadBytes: limits.maxHeadBytes,
    maxMessageBytes: limits.maxBodyBytes,
    explain: openExplainer({
      ...endpointAt(request),
      serverName: target.tls?.serverName ?? null,
      alpn: ALPN,
      clock,
    }),
    onAsked: (fields) => tellSilence(context, fields),
  };
  const open = new OpenCalls(clock, target.timeoutMs);
  const { done } = withOneDeadline(context, target.timeoutMs);
  return new ConnectClient(options, { clock, open, done });
}

/** Where a handshake is had; over a Unix socket there is none. */
function endpointAt(
  { url: { peer, authority } }: Pick<Request, "url">,
): { readonly host: string; readonly port: number } {
  return peer.kind === "tcp" ? peer : { host: authority, port: 0 };
}

/** Where the connections of a target's stock gRPC client lead. */
export function connectionOf(
  target: Pick<TargetPlan, "tls" | "insecure">,
  { url }: Pick<Request, "url">,
  tls: TlsTexts,
): ConnectionOptions {
  const endpoint = endpointOf(target, url, { tls, alpn: ALPN });
  return {
    peer: url.peer,
    tls: endpoint.tls === null ? null : tlsContext(endpoint.host, endpoint.tls),
  };
}

function buildHeaders(
  target: TargetPlan,
  request: Request,
  context: ClientContext,
): Headers {
  const headers = headersOf(request, context);
  headers.set("grpc-timeout", `${Math.max(1, Math.ceil(target.timeoutMs))}m`);
  return headers;
}

class ConnectClient implements Client {
  readonly #engine: Promise<Engine>;
  readonly #open: OpenCalls;
  readonly #done: ClientContext["done"];
  readonly #clock: ClientContext["clock"];
  #closed: Promise<void> | null = null;

  constructor(
    options: EngineOptions,
    { clock, open, done }: Pick<ClientContext, "clock" | "done"> & {
      readonly open: OpenCalls;
    },
  ) {
    this.#engine = import("./engine.ts").then((m) => new m.Engine(options));
    this.#open = open;
    this.#done = done;
    this.#clock = clock;
  }

  send(exchange: Exchange): boolean {
    if (this.#open.closed) return false;
    void this.#run(this.#open.add(exchange));
    return true;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #run(open: OpenCall): Promise<void> {
    const engine = await this.#engine;
    const { exchange, controller: { signal } } = open;
    const begun = () =>
      exchange.firstByteMs = this.#clock.now() - exchange.sentMs;
    const outcome = await engine.run(signal, begun);
    this.#open.remove(open);
    this.#done(
      open.exchange,
      open.ended === null ? outcome : failure(open.ended),
    );
  }

  async #end(): Promise<void> {
    await this.#open.close();
    const engine = await this.#engine;
    engine.close();
  }
}
