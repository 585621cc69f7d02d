import { assert, KarError } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { type OpenCall, OpenCalls } from "../open_calls.ts";
import {
  type Call,
  failure,
  type Transport,
  type TransportContext,
} from "../port.ts";
import { type TlsContext, tlsContext, type TlsTexts } from "../socket/mod.ts";
import type { Engine, EngineOptions } from "./engine.ts";

const NO_TLS: TlsTexts = { ca: null, cert: null, key: null };
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
  context: TransportContext,
): Transport {
  const { grpc: call, tls = NO_TLS } = context.resolved ?? {};
  assert(call, "a gRPC target is resolved before it is opened");
  const url = buildUrl(target, context);
  return new ConnectClient(
    {
      url,
      call,
      headers: buildHeaders(target, context),
      tls: url.protocol === "https:" ? buildTls(target, url, tls) : null,
      maxMessageBytes: context.limits.maxBodyBytes,
    },
    new OpenCalls(context.clock, target.timeoutMs),
    context.done,
  );
}

function buildUrl(target: TargetPlan, context: TransportContext): URL {
  const url = URL.parse(context.expand(target.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(target, `url ${target.url} is not http://… or https://…`);
  }
  return url;
}

function buildHeaders(target: TargetPlan, context: TransportContext): Headers {
  const headers = new Headers();
  for (const [name, value] of target.headers) {
    try {
      headers.append(name, context.expand(value));
    } catch {
      // The reason is not shown: it quotes the value, which may be a secret.
      throw wrong(target, `header ${name} is not one that HTTP allows`);
    }
  }
  if (!headers.has("user-agent")) headers.set("user-agent", context.userAgent);
  headers.set("grpc-timeout", `${Math.max(1, Math.ceil(target.timeoutMs))}m`);
  return headers;
}

function buildTls(target: TargetPlan, url: URL, texts: TlsTexts): TlsContext {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const { servername, ...context } = tlsContext(host, {
    ...texts,
    serverName: target.tls?.serverName ?? null,
    insecure: target.insecure === true,
    alpn: ALPN,
  });
  // node:http2 makes a URL of the name and cannot do without one.
  return servername ? { ...context, servername } : context;
}

function wrong(target: TargetPlan, why: string): KarError {
  return new KarError("config", `target ${target.name}: ${why}`);
}

class ConnectClient implements Transport {
  readonly #engine: Promise<Engine>;
  readonly #open: OpenCalls;
  readonly #done: TransportContext["done"];
  #closed: Promise<void> | null = null;

  constructor(
    options: EngineOptions,
    open: OpenCalls,
    done: TransportContext["done"],
  ) {
    this.#engine = import("./engine.ts").then((m) => new m.Engine(options));
    this.#open = open;
    this.#done = done;
  }

  send(call: Call): boolean {
    if (this.#open.closed) return false;
    call.connectMs = NaN;
    call.tlsMs = NaN;
    call.firstByteMs = NaN;
    void this.#run(this.#open.add(call));
    return true;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #run(open: OpenCall): Promise<void> {
    const engine = await this.#engine;
    const outcome = await engine.run(open.controller.signal);
    this.#open.remove(open);
    this.#done(
      open.call,
      open.ended === null ? outcome : failure(open.ended),
    );
  }

  async #end(): Promise<void> {
    await this.#open.close();
    const engine = await this.#engine;
    engine.close();
  }
}
